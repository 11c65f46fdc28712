/** What stands in a text for what was masked in it: `<EMAIL_1>`. */
export const PLACEHOLDER = /<([A-Z][A-Z0-9]{0,20})_\d{1,6}>/g

export const holdsPlaceholder = (text: string): boolean => text.search(PLACEHOLDER) >= 0

/** The same text whatever the placeholders were numbered: `<EMAIL>`. */
export const withoutNumbers = (text: string): string => text.replace(PLACEHOLDER, '<$1>')
