/** HTML and SVG as values. Every string is escaped, so no text from a file can become markup. Pure. */
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

/** Text that is not escaped: only for constants of this code, such as the style sheet. */
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
  // Direction marks would reverse the text around them.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are not allowed in HTML
  const shown = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
  return shown.replace(/[&<>"']/g, (c) => ENTITIES[c]!)
}

/** Hundredths of a pixel are enough, and keep a page of plots small. */
const short = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(2).replace(/\.?0+$/, ''))
