/** A placeholder, which replaces a masked value in a text: `<EMAIL_1>`. */
export const PLACEHOLDER = /<([A-Z][A-Z0-9]{0,20})_\d{1,6}>/g

/** Does the text contain a placeholder? */
export const holdsPlaceholder = (text: string): boolean => text.search(PLACEHOLDER) >= 0

/** The text with placeholders that have no number, as in `<EMAIL>`, to compare texts that were masked separately. */
export const withoutNumbers = (text: string): string => text.replace(PLACEHOLDER, '<$1>')
