import { compile } from 'html-to-text'
import { Dropped } from './dropped.ts'
import { isHidden, lengthOf } from './hidden.ts'

/** Tags deeper than this are layout, or an attack. A tag with a style counts twice: it is looked at before it is read. */
const MAX_DEPTH = 120
const MAX_CHILDREN = 5000

const convert = compile({
  wordwrap: false,
  limits: { maxDepth: MAX_DEPTH, maxChildNodes: MAX_CHILDREN, ellipsis: '' },
  selectors: [
    ...['style', 'script', 'head', 'title', 'template', 'svg', 'object', 'iframe', 'noscript'].map((selector) => ({
      selector,
      format: 'skip',
    })),
    // Trackers and logos; a picture's words are rarely the customer's.
    { selector: 'img', format: 'skip' },
    {
      selector: 'a',
      options: { ignoreHref: false, hideLinkHrefIfSameAsText: true, noAnchorUrl: true, linkBrackets: ['(', ')'] },
    },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'ul', options: { itemPrefix: '- ' } },
    // Mail is laid out in tables: cells as blocks read well, and real tables keep their rows.
    { selector: 'table', format: 'block' },
    { selector: 'tr', format: 'block' },
    { selector: 'td', format: 'cell' },
    { selector: 'th', format: 'cell' },
    { selector: 'hr', format: 'lineBreak' },
    // Where mail programs say themselves what is a signature.
    { selector: '.gmail_signature', format: 'signature' },
    { selector: '.moz-signature', format: 'signature' },
    { selector: '#Signature', format: 'signature' },
    ...['[style]', '[hidden]', 'font[color]'].map((selector) => ({ selector, format: 'seen' })),
  ],
  formatters: {
    seen: (elem, walk, builder) => {
      const { dropped, all } = toldTo(builder)
      if (!all && isHidden(elem)) return dropped.add('hidden', lengthOf(elem))
      const { style: _style, hidden: _hidden, color: _color, ...attribs } = elem.attribs ?? {}
      // Once more without what brought it here: its own tag says how it is read. Its children still see the whole of it.
      walk([Object.create(elem, { attribs: { value: attribs } })], builder)
    },
    cell: (elem, walk, builder) => {
      if (isData(elem) && hasCellBefore(elem)) builder.addInline('| ')
      walk(elem.children, builder)
      builder.addInline(' ')
    },
    signature: (elem, walk, builder) => {
      builder.openBlock({ leadingLineBreaks: 1 })
      builder.addLiteral('-- ')
      builder.addLineBreak()
      walk(elem.children, builder)
      builder.closeBlock({ trailingLineBreaks: 1 })
    },
  },
})

/** Where to tell what was left out. Metadata came with version 10 of the library; its types are those of version 9. */
type Told = { dropped: Dropped; all: boolean }
const convertTelling = convert as (html: string, told: Told) => string
const toldTo = (builder: object) => (builder as { metadata: Told }).metadata

type Element = { name?: string; parent?: Element | null; prev?: Element | null; children?: Element[] }

/** A table with a header is one to read by columns; the others only lay the mail out. */
function isData(cell: Element): boolean {
  let table: Element | null | undefined = cell
  for (let i = 0; i < 4 && table && table.name !== 'table'; i++) table = table.parent
  if (table?.name !== 'table') return false
  let known = data.get(table)
  if (known === undefined) {
    const rows = (table.children ?? []).flatMap((each) => (each.name === 'tr' ? [each] : (each.children ?? [])))
    known = rows.slice(0, 3).some((row) => row.children?.some((each) => each.name === 'th'))
    data.set(table, known)
  }
  return known
}

const data = new WeakMap<Element, boolean>()

function hasCellBefore(cell: Element): boolean {
  let before = cell.prev
  while (before && before.name !== 'td' && before.name !== 'th') before = before.prev
  return Boolean(before)
}

/** HTML mail as text, quotes as `> ` lines. What the converter refuses is stripped of its tags by hand. */
export function htmlToText(html: string, dropped: Dropped = new Dropped()): string {
  // Deep nesting costs the parser's tree a level each; past this many open tags the text alone is worth having.
  if (depthOf(html) > MAX_TREE) return stripped(html)
  try {
    const hidden = new Dropped()
    const shown = convertTelling(html, { dropped: hidden, all: false })
    // All of it hidden: then it is the mail, by a strange program.
    if (!/[\p{L}\p{N}]/u.test(shown)) return convertTelling(html, { dropped, all: true })
    for (const { what, characters } of hidden.list()) dropped.add(what, characters)
    return shown
  } catch (error) {
    // A stack that is too deep for the converter is the only thing known to throw; the text is still there.
    if (error instanceof RangeError) return stripped(html)
    throw error
  }
}

const MAX_TREE = 800

/** Upper bound of the nesting: an opened tag that is never closed counts. */
function depthOf(html: string): number {
  let depth = 0
  let deepest = 0
  for (const match of html.matchAll(/<(\/?)([a-z][a-z0-9-]{0,30})/gi)) {
    if (match[1]) depth = Math.max(0, depth - 1)
    else if (!VOID.has(match[2]!.toLowerCase())) deepest = Math.max(deepest, ++depth)
  }
  return deepest
}

/** Never closed, or closed by the next of its kind. */
const VOID = new Set(
  'br hr img input meta link area base col embed source track wbr p li td th tr option dt dd'.split(' '),
)

function stripped(html: string): string {
  return html
    .replace(/<(style|script|head)\b[^>]{0,500}>[\s\S]{0,50000}?<\/\1>/gi, ' ')
    .replace(/<(?:br|\/p|\/div|\/tr|\/li)[^>]{0,300}>/gi, '\n')
    .replace(/<[^<>]{0,2000}>/g, ' ')
    .replace(/&nbsp;/gi, ' ')
    .replace(/&lt;/gi, '<')
    .replace(/&gt;/gi, '>')
    .replace(/&quot;/gi, '"')
    .replace(/&amp;/gi, '&')
}
