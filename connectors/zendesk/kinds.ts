/** The kinds of ticket field: what each is, which values fit it, and how it stands in Zendesk's answers. Pure. */
import type { Target, TaxonomyField } from '../../src/contract/index.ts'
import { readTags, readText } from './json.ts'

export type FieldTarget = Extract<Target, { to: 'field' }>

type Kind = {
  about: string
  /** Zendesk's types of field that are written so. */
  writes: string[]
  /** Its values are options of the field. */
  listed?: true
  /** What a value must look like; absent: any text. */
  form?: { pattern: RegExp; words: string }
  /** The kinds of our fields that it takes as they are, without a list of values. */
  takes: TaxonomyField['kind'][]
}

const NUMERIC: TaxonomyField['kind'][] = ['score', 'number', 'entity']

const KINDS: Record<string, Kind> = {
  tagger: { about: 'a drop-down; the values are the tags of its options', writes: ['tagger'], listed: true, takes: [] },
  multiselect: {
    about: 'a multi-select; the values are the tags of its options, and options that the mapping does not name stay',
    writes: ['multiselect'],
    listed: true,
    takes: [],
  },
  checkbox: {
    about: 'a checkbox; the values are true and false, or its tag and false',
    writes: ['checkbox'],
    listed: true,
    takes: ['flag'],
  },
  lookup: {
    about: 'a lookup relationship; the values are ids of records',
    writes: ['lookup'],
    form: { pattern: /^(\d{1,19}|[0-9A-Z]{26})$/, words: 'the id of a record' },
    takes: ['entity'],
  },
  integer: {
    about: 'a whole number',
    writes: ['integer'],
    form: { pattern: /^-?\d{1,15}$/, words: 'a whole number' },
    takes: NUMERIC,
  },
  decimal: {
    about: 'a number',
    writes: ['decimal'],
    form: { pattern: /^-?\d{1,15}(\.\d{1,10})?$/, words: 'a number' },
    takes: NUMERIC,
  },
  date: {
    about: 'a date, yyyy-mm-dd',
    writes: ['date'],
    form: { pattern: /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])$/, words: 'a date, yyyy-mm-dd' },
    takes: ['entity'],
  },
  regexp: {
    about: 'a text that must fit the pattern of the field',
    writes: ['regexp'],
    takes: ['choice', 'flag', 'score', 'number', 'entity'],
  },
  text: {
    about: 'a text in one or several lines',
    writes: ['text', 'textarea', 'regexp'],
    takes: ['choice', 'flag', 'score', 'number', 'entity'],
  },
}

export const fieldTypes: Record<string, string> = Object.fromEntries(
  Object.entries(KINDS).map(([type, { about }]) => [type, about]),
)

export function kindOf(type: string): Kind | null {
  return Object.hasOwn(KINDS, type) ? (KINDS[type] ?? null) : null
}

/** The `fieldTypes` that can write a field of this type of Zendesk. */
export function writersOf(vendorType: string): string[] {
  return Object.keys(KINDS).filter((type) => KINDS[type]?.writes.includes(vendorType))
}

/**
 * System fields that must not be written. Priority, group and assignee are not among them: they have targets of their own.
 */
const NEVER: Record<string, string> = {
  subject: "it is the customer's text",
  description: "it is the customer's text",
  status: 'it closes and reopens tickets',
  custom_status: 'it closes and reopens tickets',
  tickettype: 'it links tickets to problems and gives them due dates',
  due_date: 'it belongs to the ticket type',
  brand: 'it moves the ticket to another help center',
  ticket_form: 'another form can clear fields',
  requester: 'it gives the ticket to another customer',
  organization: 'it shows the ticket to other customers',
  satisfaction_rating: 'it belongs to the customer',
  partialcreditcard: 'it is a card number field',
}

/** Written by the targets `priority` and `group`, and as the assignee of the route. */
export const OWN_TARGETS: Record<string, string> = {
  priority: 'Use the target { "to": "priority" }.',
  basic_priority: 'Use the target { "to": "priority" }.',
  group: 'Use the group of the mapping: { "to": "native" }.',
  assignee: 'The route sets the assignee: name people under people.',
}

type Facts = { type: string; removable: boolean | null; agentCanEdit: boolean | null }

/** Why a field must never be written; null when it may be. */
export function neverWritten({ type, removable, agentCanEdit }: Facts): string | null {
  if (Object.hasOwn(NEVER, type)) return NEVER[type] ?? null
  if (Object.hasOwn(OWN_TARGETS, type)) return null
  if (removable === false) return 'it is a system field of Zendesk'
  return agentCanEdit === false ? 'agents cannot edit it' : null
}

/** A custom field's value as text; null when it is empty. An object is not empty, although we cannot read it. */
export function readValue(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return readText(value)
  return typeof value === 'object' ? JSON.stringify(value).slice(0, 200) : readText(value)
}

/** Audits write a ticked box as 1, and nothing for a box that nobody has touched. */
export function isTicked(value: unknown): boolean {
  return !['', '0', 'false', 'no', 'off'].includes(readText(value)?.toLowerCase() ?? '')
}

/** The chosen options of a multi-select: a list, or one text with spaces. */
export function readChosen(value: unknown): string[] {
  return readTags(value) ?? []
}

/** Two spellings of one number or date are one value. */
export function canonical(type: string, text: string | null): string | null {
  if (text === null) return null
  if (type === 'date') return /^\d{4}-\d\d-\d\d(?=T|$)/.exec(text)?.[0] ?? text
  if (type !== 'integer' && type !== 'decimal') return text
  return /^[+-]?\d{1,15}(\.\d{1,10})?$/.test(text) ? String(Number(text)) : text
}
