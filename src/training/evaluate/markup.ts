/** HTML and SVG as values: whatever is a string is escaped, so nothing that came from a file can become markup. Pure. */
export type Markup = { readonly markup: string }
export type Child = Markup | string | number | null | Child[]

const VOID = new Set(['meta', 'link', 'br'])

export function tag(name: string, attributes: Record<string, string | number | null>, ...children: Child[]): Markup {
  const given = Object.entries(attributes)
    .filter((entry): entry is [string, string | number] => entry[1] !== null)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? short(value) : value)}"`)
    .join('')
  return { markup: VOID.has(name) ? `<${name}${given}>` : `<${name}${given}>${inner(children)}</${name}>` }
}

/** Only for text of our own, such as the style sheet. */
export const trusted = (markup: string): Markup => ({ markup })

export function inner(children: Child[]): string {
  return children
    .map((child) => {
      if (child === null) return ''
      if (Array.isArray(child)) return inner(child)
      return typeof child === 'object' ? child.markup : escaped(String(child))
    })
    .join('')
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  // Direction marks would turn the line around them.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: HTML has no place for control characters
  const shown = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
  return shown.replace(/[&<>"']/g, (c) => ENTITIES[c]!)
}

/** Tenths of a pixel are enough, and a page of plots stays small. */
const short = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(2).replace(/\.?0+$/, ''))
