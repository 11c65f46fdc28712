import { Dropped } from './dropped.ts'
import { isUnseenColour } from './hidden.ts'

/** Atlassian's document format as text. Walks with a stack of its own: depth is the sender's choice, not ours. */

const MAX_NODES = 50_000
const MAX_TEXT = 400_000

type Open = {
  node: Record<string, unknown>
  index: number
  kids: unknown[]
  close: string
  /** Where the output of an outermost cell begins. */
  cellFrom?: number
  list?: { ordered: boolean; next: number }
}

/** Unknown nodes give what text they hold. Never throws, whatever the body is. */
export function adfToText(document: unknown, dropped: Dropped = new Dropped()): string {
  const out = new Out()
  const stack: Open[] = []
  const lists: { ordered: boolean; next: number }[] = []
  let nodes = 0
  let cells = 0
  const enter = (value: unknown) => {
    if (!isRecord(value) || nodes++ > MAX_NODES || out.length > MAX_TEXT) return
    const kids = Array.isArray(value.content) ? value.content : []
    const close = open(value, out, lists, cells, dropped)
    const cellFrom = isCell(value) && cells++ === 0 ? out.mark() : undefined
    stack.push({ node: value, index: 0, kids, close, cellFrom })
  }
  if (Array.isArray(document))
    for (const each of document.slice(0, 1000)) stack.unshift({ node: {}, index: 0, kids: [each], close: '\n' })
  else enter(document)
  while (stack.length > 0) {
    const top = stack.at(-1)!
    if (top.index < top.kids.length) {
      enter(top.kids[top.index++])
      continue
    }
    stack.pop()
    if (isList(top.node)) lists.pop()
    if (isCell(top.node)) cells--
    if (top.cellFrom !== undefined) out.toLine(top.cellFrom)
    out.add(top.close)
  }
  return out.text()
}

class Out {
  private readonly parts: string[] = []
  length = 0
  add(text: string): void {
    if (text === '') return
    this.parts.push(text)
    this.length += text.length
  }
  mark(): number {
    return this.parts.length
  }
  /** What was written since then, in one line: a cell stays in its row. */
  toLine(from: number): void {
    const line = this.parts
      .splice(from)
      .join('')
      .replace(/\s*\n\s*/g, ' ')
      .trim()
    this.parts.push(line && `${line} `)
  }
  text(): string {
    return this.parts
      .join('')
      .replace(/[ \t|]+\n/g, '\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  }
}

/** Writes what stands before a node's children; gives what stands after them. */
function open(
  node: Record<string, unknown>,
  out: Out,
  lists: { ordered: boolean; next: number }[],
  cells: number,
  dropped: Dropped,
): string {
  const attrs = isRecord(node.attrs) ? node.attrs : {}
  switch (node.type) {
    case 'text':
      if (isUnseen(node)) dropped.add('hidden', string(node.text).length)
      else out.add(textOf(node))
      return ''
    case 'hardBreak':
      out.add('\n')
      return ''
    case 'mention':
      out.add(named(attrs.text ?? attrs.displayName, '@').replace(/^@?/, '@'))
      return ''
    case 'emoji':
      out.add(string(attrs.text) || string(attrs.shortName))
      return ''
    case 'date':
      out.add(dateOf(attrs.timestamp))
      return ''
    case 'status':
      out.add(`[${string(attrs.text)}]`)
      return ''
    case 'inlineCard':
    case 'blockCard':
    case 'embedCard':
      out.add(cardOf(attrs))
      return node.type === 'inlineCard' ? '' : '\n'
    case 'media':
    case 'mediaInline': {
      const name = string(attrs.alt) || string(attrs.__fileName)
      out.add(name)
      return name === '' || node.type === 'mediaInline' ? '' : '\n'
    }
    // A hint of the form, not what somebody wrote.
    case 'placeholder':
      return ''
    case 'rule':
      out.add('\n')
      return ''
    case 'bulletList':
    case 'orderedList':
    case 'taskList':
    case 'decisionList':
      lists.push({ ordered: node.type === 'orderedList', next: Number(attrs.order) || 1 })
      return lists.length > 1 ? '' : '\n'
    case 'listItem':
    case 'taskItem':
    case 'decisionItem': {
      const list = lists.at(-1)
      const mark =
        node.type === 'taskItem'
          ? attrs.state === 'DONE'
            ? '[x] '
            : '[ ] '
          : list?.ordered
            ? `${list.next++}. `
            : '- '
      out.add('  '.repeat(Math.min(5, Math.max(0, lists.length - 1))) + mark)
      return node.type === 'listItem' ? '' : '\n'
    }
    case 'codeBlock':
      out.add('\n')
      return '\n\n'
    case 'tableRow':
      return '\n'
    case 'tableCell':
    case 'tableHeader':
      return '| '
    case 'expand':
    case 'nestedExpand':
      out.add(attrs.title ? `${string(attrs.title)}\n` : '')
      return '\n'
    case 'paragraph':
    case 'heading':
    case 'caption':
      return cells > 0 ? ' ' : lists.length > 0 ? '\n' : '\n\n'
    case 'panel':
    case 'blockquote':
    case 'doc':
    case 'table':
    case 'mediaSingle':
    case 'mediaGroup':
      return '\n'
    default:
      // A node we do not know: its own words, if it has any, and then its children.
      if (typeof node.text === 'string') out.add(node.text)
      else if (typeof attrs.text === 'string') out.add(`${attrs.text}\n`)
      return Array.isArray(node.content) ? '\n' : ''
  }
}

/** White words, unless a background of their own shows them. */
function isUnseen(node: Record<string, unknown>): boolean {
  const marks = marksOf(node)
  return (
    !marks.some(({ type }) => type === 'backgroundColor') &&
    marks.some(({ type, attrs }) => type === 'textColor' && isRecord(attrs) && isUnseenColour(string(attrs.color)))
  )
}

function marksOf(node: Record<string, unknown>): Record<string, unknown>[] {
  return Array.isArray(node.marks) ? node.marks.slice(0, 20).filter(isRecord) : []
}

function textOf(node: Record<string, unknown>): string {
  const text = string(node.text)
  for (const mark of marksOf(node)) {
    if (mark.type !== 'link' || !isRecord(mark.attrs)) continue
    const href = string(mark.attrs.href).slice(0, 2000)
    // The address behind the words can be the whole point (phishing, a broken page).
    if (/^https?:/i.test(href) && !text.includes(href)) return `${text} (${href})`
  }
  return text
}

function cardOf(attrs: Record<string, unknown>): string {
  const data = isRecord(attrs.data) ? attrs.data : {}
  const url = string(attrs.url) || string(data.url)
  const name = string(data.name)
  return name && url ? `${name} (${url})` : name || url
}

function named(value: unknown, fallback: string): string {
  return string(value) || fallback
}

function dateOf(value: unknown): string {
  const at = new Date(Number(value))
  return Number.isFinite(at.getTime()) ? at.toISOString().slice(0, 10) : ''
}

function isList(node: Record<string, unknown>): boolean {
  return (
    node.type === 'bulletList' ||
    node.type === 'orderedList' ||
    node.type === 'taskList' ||
    node.type === 'decisionList'
  )
}

function isCell(node: Record<string, unknown>): boolean {
  return node.type === 'tableCell' || node.type === 'tableHeader'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}
