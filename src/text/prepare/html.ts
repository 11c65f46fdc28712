import { compile } from 'html-to-text'
import { Dropped } from './dropped.ts'
import { isHidden, lengthOf } from './hidden.ts'

/** Tags nested deeper than this are layout or an attack. A tag with a style counts twice: `visible` walks it again. */
const MAX_DEPTH = 120
const MAX_CHILDREN = 5000

/** Stands above the earlier mail in the text, in the words of Outlook. */
const EARLIER_MAIL = '-----Original Message-----'

const convert = compile({
  wordwrap: false,
  limits: { maxDepth: MAX_DEPTH, maxChildNodes: MAX_CHILDREN, ellipsis: '' },
  selectors: [
    ...['style', 'script', 'head', 'title', 'template', 'svg', 'object', 'iframe', 'noscript'].map((selector) => ({
      selector,
      format: 'skip',
    })),
    // Trackers and logos; the alternative text of a picture is rarely the customer's.
    { selector: 'img', format: 'skip' },
    {
      selector: 'a',
      options: { ignoreHref: false, hideLinkHrefIfSameAsText: true, noAnchorUrl: true, linkBrackets: ['(', ')'] },
    },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'ul', options: { itemPrefix: '- ' } },
    // Mail uses tables for layout. With rows as blocks both these and real tables stay readable.
    { selector: 'table', format: 'block' },
    { selector: 'tr', format: 'block' },
    { selector: 'td', format: 'cell' },
    { selector: 'th', format: 'cell' },
    { selector: 'hr', format: 'lineBreak' },
    // Mail programs mark the mail that they quote. Without such a mark a quote may be an indented text by the customer.
    ...['blockquote[type=cite]', 'blockquote.gmail_quote', 'blockquote.protonmail_quote', '.yahoo_quoted'].map(
      (selector) => ({ selector, format: 'mailed' }),
    ),
    { selector: '#divRplyFwdMsg', format: 'earlier' },
    // These mail programs mark their signatures.
    { selector: '.gmail_signature', format: 'signature' },
    { selector: '.moz-signature', format: 'signature' },
    { selector: '#Signature', format: 'signature' },
    ...['[style]', '[hidden]', 'font[color]'].map((selector) => ({ selector, format: 'visible' })),
  ],
  formatters: {
    visible: (elem, walk, builder) => {
      const { dropped, all } = metadataOf(builder)
      if (!all && isHidden(elem)) return dropped.add('hidden', lengthOf(elem))
      const { style: _style, hidden: _hidden, color: _color, ...attribs } = elem.attribs ?? {}
      // Walk it again without the attributes that selected this formatter, so that its tag selects the right one. Its children
      // still have the original as their parent, whose styles `isHidden` reads.
      walk([Object.create(elem, { attribs: { value: attribs } })], builder)
    },
    cell: (elem, walk, builder) => {
      if (isData(elem) && hasCellBefore(elem)) builder.addInline('| ')
      walk(elem.children, builder)
      builder.addInline(' ')
    },
    mailed: (elem, walk, builder) => {
      builder.openBlock({ leadingLineBreaks: 2, reservedLineLength: 2 })
      walk(elem.children, builder)
      const quote = (text: string) => `${EARLIER_MAIL}\n${text.trim()}`.replace(/^/gm, '> ')
      builder.closeBlock({ trailingLineBreaks: 2, blockTransform: quote })
    },
    earlier: (elem, walk, builder) => {
      builder.openBlock({ leadingLineBreaks: 2 })
      builder.addLiteral(EARLIER_MAIL)
      builder.addLineBreak()
      walk(elem.children, builder)
      builder.closeBlock({ trailingLineBreaks: 2 })
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

/** Passed to the formatters. The library has metadata since version 10; its types are those of version 9, hence the casts. */
type Metadata = { dropped: Dropped; all: boolean }
const convertWith = convert as (html: string, metadata: Metadata) => string
const metadataOf = (builder: object) => (builder as { metadata: Metadata }).metadata

type Element = { name?: string; parent?: Element | null; prev?: Element | null; children?: Element[] }

/** Is the cell in a table of data? Such a table has a header row; the others are for layout. */
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

/** HTML mail as text, quotes as `> ` lines. If the HTML is too deep for the converter, its tags are stripped with patterns. */
export function htmlToText(html: string, dropped: Dropped = new Dropped()): string {
  // Very deep nesting exhausts the stack of the converter.
  if (depthOf(html) > MAX_TREE) return stripped(html)
  try {
    const hidden = new Dropped()
    const shown = convertWith(html, { dropped: hidden, all: false })
    // If everything is hidden, a faulty mail program did it: read it all.
    if (!/[\p{L}\p{N}]/u.test(shown)) return convertWith(html, { dropped, all: true })
    for (const { what, characters } of hidden.list()) dropped.add(what, characters)
    return shown
  } catch (error) {
    // The converter is only known to throw when its stack overflows; the text can still be read.
    if (error instanceof RangeError) return stripped(html)
    throw error
  }
}

const MAX_TREE = 800

/** Upper bound of the nesting: a tag that is never closed counts too. */
function depthOf(html: string): number {
  let depth = 0
  let deepest = 0
  for (const match of html.matchAll(/<(\/?)([a-z][a-z0-9-]{0,30})/gi)) {
    if (match[1]) depth = Math.max(0, depth - 1)
    else if (!VOID.has(match[2]!.toLowerCase())) deepest = Math.max(deepest, ++depth)
  }
  return deepest
}

/** Tags that are never closed, or that the next tag closes. */
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
