/** Makes a labelled ticket of one record, in the house's own words or as our exports write it. Pure. */
import { createHash } from 'node:crypto'
import { defaultFormat, parseAnswer } from '../../classifiers/index.ts'
import {
  accepts,
  fold,
  type LabelledTicket,
  type Labels,
  type Taxonomy,
  type TaxonomyField,
  valueNamed,
} from '../../contract/index.ts'
import { ModelError } from '../../errors.ts'
import type { Columns, ImportMap } from './columns.ts'

/** `outside`: values that stand for none of ours, with the field. */
export type ReadTicket = { ticket: LabelledTicket; outside: { field: string; value: string }[] } | { fault: string }

type Reading = { columns: Columns; values: ImportMap['values']; taxonomy: Taxonomy }

export function ticketOf(record: Record<string, unknown>, { columns, values, taxonomy }: Reading): ReadTicket {
  const answered = columns.response === undefined ? null : answerIn(record[columns.response], taxonomy)
  if (answered && 'fault' in answered) return { fault: `${columns.response}: ${answered.fault}` }
  const written = asTicket(
    textIn(columns.text === undefined ? undefined : record[columns.text]) || (answered?.asked ?? ''),
  )
  const subject = columns.subject === undefined ? written.subject : textIn(record[columns.subject])
  if (subject.trim() === '' && written.text.trim() === '') return { fault: 'it has neither a subject nor a text' }
  const inColumns = Object.entries(columns.labels).map(([field, column]) => [field, textIn(record[column])] as const)
  const given = { ...answered?.given, ...Object.fromEntries(inColumns.filter(([, value]) => value.trim() !== '')) }
  const { labels, outside } = inOurWords(given, taxonomy, values)
  if (Object.keys(labels).length === 0) {
    const found = outside.map(({ field, value }) => `${field} ${value.slice(0, 60)}`).join(', ')
    return { fault: found ? `none of its values is one of ours: ${found}` : 'it has no label' }
  }
  const language = columns.language === undefined ? '' : textIn(record[columns.language]).trim()
  const id = columns.id === undefined ? '' : textIn(record[columns.id]).trim()
  const ticket = { subject, text: written.text, labels, ...(/^[a-z]{2,3}$/.test(language) && { language }) }
  return { ticket: { id: id || idFor(subject, written.text), ...ticket }, outside }
}

/** The same text is the same ticket, however often it is imported. */
const idFor = (subject: string, text: string) =>
  `sha256:${createHash('sha256').update(`${subject}\n${text}`).digest('hex').slice(0, 32)}`

/** Text, or the last message of the user. */
function textIn(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? (messageOf(value, USER) ?? '') : ''
}

const USER = ['user', 'human']
const ANSWER = ['assistant', 'gpt']

function messageOf(messages: unknown[], roles: string[]): string | null {
  for (const message of messages.toReversed()) {
    const { role, from, content, value } = (message ?? {}) as Record<string, unknown>
    const said = content ?? value
    if (roles.includes(String(role ?? from)) && typeof said === 'string') return said
  }
  return null
}

type Answered = { given: Record<string, string>; asked?: string }

/** Labels as an object, as JSON, as letter codes in quotes, or at the end of a chat. */
function answerIn(value: unknown, taxonomy: Taxonomy): Answered | { fault: string } {
  if (Array.isArray(value)) {
    const asked = messageOf(value, USER) ?? undefined
    const said = answerIn(messageOf(value, ANSWER) ?? '', taxonomy)
    return 'fault' in said ? said : { ...said, ...(asked !== undefined && { asked }) }
  }
  if (typeof value === 'object' && value !== null) return { given: scalars(value as Record<string, unknown>) }
  const text = textIn(value)
    .trim()
    .replace(/<\/s>$|<\|im_end\|>$|<\|eot_id\|>$/, '')
    .trim()
  if (text === '') return { given: {} }
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'string') return { given: parseAnswer({ ...defaultFormat, answer: 'codes' }, taxonomy, text) }
    if (typeof json === 'object' && json !== null && !Array.isArray(json))
      return { given: scalars(json as Record<string, unknown>) }
  } catch (error) {
    if (error instanceof ModelError) return { fault: 'it is not one known code for each field' }
  }
  return { fault: 'it is neither a JSON object of labels nor codes in quotes' }
}

function scalars(object: Record<string, unknown>): Record<string, string> {
  const found = Object.entries(object).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  return Object.fromEntries(found.map(([key, value]) => [key, String(value)]))
}

/** Our exports write the ticket between marks, after the instructions. */
function asTicket(text: string): { subject: string; text: string } {
  const [, inner] = /<ticket>\n([\s\S]*)\n<\/ticket>/.exec(text) ?? []
  if (inner === undefined) return { subject: '', text }
  const [, subject = '', , body = ''] =
    /^(?:Subject|Тема): (.*)\n([\s\S]*?)(?:Text|Текст): ([\s\S]*)$/.exec(inner) ?? []
  return { subject, text: body || inner }
}

function inOurWords(
  given: Record<string, string>,
  taxonomy: Taxonomy,
  values: ImportMap['values'],
): { labels: Labels; outside: { field: string; value: string }[] } {
  const labels: Labels = {}
  const outside: { field: string; value: string }[] = []
  for (const [name, word] of Object.entries(given)) {
    const field = fieldNamed(taxonomy, name)
    const value = field && ourValue(field, word.trim(), values[field.id] ?? {})
    if (field && value !== null && value !== undefined) labels[field.id] = value
    else outside.push({ field: field?.id ?? name, value: word.trim() })
  }
  return { labels, outside }
}

function fieldNamed({ fields }: Taxonomy, name: string): TaxonomyField | undefined {
  return (
    fields.find(({ id }) => id === name) ??
    fields.find(({ id, title }) => [id, title ?? id].some((one) => fold(one) === fold(name)))
  )
}

function ourValue(field: TaxonomyField, word: string, own: Record<string, string>): string | null {
  if (Object.hasOwn(own, word)) return own[word]!
  return accepts(field, word) ? word : valueNamed(field, word)
}
