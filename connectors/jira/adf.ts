/**
 * Notes in Jira's formats: Atlassian Document Format on REST v3, wiki markup on Data Center.
 * https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 */
import type { Note } from '../../src/contract/index.ts'
import { isRecord } from './payload.ts'

type Mark = { type: 'strong' } | { type: 'link'; attrs: { href: string } }
type TextNode = { type: 'text'; text: string; marks?: Mark[] }
type Paragraph = { type: 'paragraph'; content: TextNode[] }
type Adf = { type: 'doc'; version: 1; content: Paragraph[] }

export function noteToAdf(note: Note): Adf {
  const content = [paragraph([text(note.title, [{ type: 'strong' }])])]
  for (const { name, text: value } of note.lines) {
    content.push(paragraph([text(name && `${name}: `, [{ type: 'strong' }]), text(value)]))
  }
  if (note.link) content.push(paragraph([text(note.link, [{ type: 'link', attrs: { href: note.link } }])]))
  return { type: 'doc', version: 1, content: content.filter((one) => one.content.length > 0) }
}

/** A text area takes a document, a single-line field a string. */
export function textToAdf(value: string): Adf {
  return { type: 'doc', version: 1, content: value.split('\n').map((line) => paragraph([text(line)])) }
}

export function noteToWiki(note: Note): string {
  const lines = note.lines.map(({ name, text: value }) => `${name ? `*${wiki(name)}:* ` : ''}${wiki(value)}`)
  return [`*${wiki(note.title)}*`, ...lines, ...(note.link ? [`[${note.link}]`] : [])].join('\n')
}

/** The text of an ADF document; a string stays unchanged. Enough to compare a text field, not to classify a ticket. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (!isRecord(value)) return ''
  const lines: string[] = []
  collect(value, lines, 0)
  return lines.join('\n')
}

function collect(node: Record<string, unknown>, lines: string[], depth: number): string {
  if (node.type === 'text') return typeof node.text === 'string' ? node.text : ''
  // No editor nests this deep; following it further could exhaust the stack.
  if (depth > 100 || !Array.isArray(node.content)) return node.type === 'hardBreak' ? '\n' : ''
  const words = node.content.map((child) => (isRecord(child) ? collect(child, lines, depth + 1) : '')).join('')
  if (words !== '') lines.push(words)
  return ''
}

function paragraph(content: TextNode[]): Paragraph {
  return { type: 'paragraph', content: content.filter((node) => node.text !== '') }
}

function text(value: string, marks?: Mark[]): TextNode {
  return marks ? { type: 'text', text: value, marks } : { type: 'text', text: value }
}

// Values come from tickets and models: without the backslash they could mention people or embed an attachment.
function wiki(value: string): string {
  return value.replace(/[{}[\]!*_+^~|\\-]/g, '\\$&').replace(/[\r\n]+/g, ' ')
}
