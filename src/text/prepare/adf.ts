import { Dropped } from './dropped.ts'
import { isInvisibleColour } from './hidden.ts'

const MAX_NODES = 50_000
const MAX_TEXT = 400_000

type List = { ordered: boolean; next: number }

/** The text written so far, and where the walk is: the open lists, and how many table cells are open. */
type Walk = { out: Out; lists: List[]; cells: number; dropped: Dropped }

/** A node whose children are being read. */
type Frame = {
  node: Record<string, unknown>
  index: number
  children: unknown[]
  /** Written after the children. */
  close: string
  /** Where the output of an outermost cell begins. */
  cellFrom?: number
}

/**
 * Atlassian's document format as text; of unknown nodes, the text that they hold. Never throws, and uses its own stack: a sender
 * can nest nodes to any depth.
 */
export function adfToText(document: unknown, dropped: Dropped = new Dropped()): string {
  const walk: Walk = { out: new Out(), lists: [], cells: 0, dropped }
  const stack: Frame[] = []
  let nodes = 0
  const enter = (value: unknown) => {
    if (!isRecord(value) || nodes++ > MAX_NODES || walk.out.length > MAX_TEXT) return
    const children = Array.isArray(value.content) ? value.content : []
    const close = open(value, walk)
    const cellFrom = isCell(value) && walk.cells++ === 0 ? walk.out.mark() : undefined
    stack.push({ node: value, index: 0, children, close, cellFrom })
  }
  if (Array.isArray(document))
    for (const each of document.slice(0, 1000)) stack.unshift({ node: {}, index: 0, children: [each], close: '\n' })
  else enter(document)
  while (stack.length > 0) {
    const top = stack.at(-1)!
    if (top.index < top.children.length) {
      enter(top.children[top.index++])
      continue
    }
    stack.pop()
    if (isList(top.node)) walk.lists.pop()
    if (isCell(top.node)) walk.cells--
    if (top.cellFrom !== undefined) walk.out.toLine(top.cellFrom)
    walk.out.add(top.close)
  }
  return walk.out.text()
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
  /** Joins everything written since then into one line, so that a cell stays in its row. */
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

type Attributes = Record<string, unknown>

/** Writes the text before a node's children; returns the text after them. */
function open(node: Record<string, unknown>, walk: Walk): string {
  const attrs = isRecord(node.attrs) ? node.attrs : {}
  return (
    openInline(node, attrs, walk) ??
    openCardOrMedia(node, attrs, walk) ??
    openList(node, attrs, walk) ??
    openBlock(node, attrs, walk) ??
    openUnknown(node, attrs, walk)
  )
}

/** The parts of a line; null for other nodes. */
function openInline(node: Record<string, unknown>, attrs: Attributes, { out, dropped }: Walk): string | null {
  switch (node.type) {
    case 'text':
      if (isHiddenText(node)) dropped.add('hidden', string(node.text).length)
      else out.add(textOf(node))
      return ''
    case 'hardBreak':
      out.add('\n')
      return ''
    case 'mention':
      out.add((string(attrs.text ?? attrs.displayName) || '@').replace(/^@?/, '@'))
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
    // A hint of the form, not the customer's text.
    case 'placeholder':
      return ''
    default:
      return null
  }
}

/** Links shown as cards, and attachments by their name; null for other nodes. */
function openCardOrMedia(node: Record<string, unknown>, attrs: Attributes, { out }: Walk): string | null {
  switch (node.type) {
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
    default:
      return null
  }
}

/** Lists and their items; null for other nodes. */
function openList(node: Record<string, unknown>, attrs: Attributes, { out, lists }: Walk): string | null {
  switch (node.type) {
    case 'bulletList':
    case 'orderedList':
    case 'taskList':
    case 'decisionList':
      lists.push({ ordered: node.type === 'orderedList', next: Number(attrs.order) || 1 })
      return lists.length > 1 ? '' : '\n'
    case 'listItem':
    case 'decisionItem': {
      const list = lists.at(-1)
      out.add(indent(lists) + (list?.ordered ? `${list.next++}. ` : '- '))
      return node.type === 'listItem' ? '' : '\n'
    }
    case 'taskItem':
      out.add(indent(lists) + (attrs.state === 'DONE' ? '[x] ' : '[ ] '))
      return '\n'
    default:
      return null
  }
}

const indent = (lists: List[]) => '  '.repeat(Math.min(5, Math.max(0, lists.length - 1)))

/** Blocks, which end a line or more; null for other nodes. */
function openBlock(node: Record<string, unknown>, attrs: Attributes, { out, lists, cells }: Walk): string | null {
  switch (node.type) {
    case 'rule':
      out.add('\n')
      return ''
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
      return null
  }
}

/** An unknown node: its own text, if it has any, then its children. */
function openUnknown(node: Record<string, unknown>, attrs: Attributes, { out }: Walk): string {
  if (typeof node.text === 'string') out.add(node.text)
  else if (typeof attrs.text === 'string') out.add(`${attrs.text}\n`)
  return Array.isArray(node.content) ? '\n' : ''
}

/** Text in an invisible colour, unless it has a background colour. */
function isHiddenText(node: Record<string, unknown>): boolean {
  const marks = marksOf(node)
  return (
    !marks.some(({ type }) => type === 'backgroundColor') &&
    marks.some(({ type, attrs }) => type === 'textColor' && isRecord(attrs) && isInvisibleColour(string(attrs.color)))
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
    // The address behind a link can be what the ticket is about (phishing, a broken page).
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
