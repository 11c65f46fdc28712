/** What kind of field it is, from Jira's schema: how it can be written, or why it must never be. Pure. */
import type { Schema } from './answers.ts'
import type { JiraSettings } from './connection.ts'

/** The last part of `schema.custom` -> our types of fields that can write it; the first fits best. */
const CUSTOM: Record<string, string[]> = {
  select: ['select'],
  radiobuttons: ['select'],
  cascadingselect: ['cascading'],
  // A mapping of an earlier release says `select`.
  multiselect: ['multiselect', 'select'],
  multicheckboxes: ['multiselect', 'select'],
  textfield: ['text'],
  textarea: ['text'],
  float: ['number'],
  datepicker: ['date'],
  labels: ['labels'],
  'atlassian-team': ['team'],
  'rm-teams-custom-field-team': ['team'],
  'vp-origin': ['request-type'],
  'cmdb-object-cftype': ['assets'],
  userpicker: ['user'],
  grouppicker: ['group'],
}

/** Kinds that list their options on the screens. */
const LISTING = ['select', 'cascading', 'multiselect']

const HIDES = 'it decides who can see the ticket'
const FLOW = 'the workflow and the people who work on the ticket decide it'
const OTHERS = 'it belongs to the customer or to another application'

/** The ids of system fields, and the last part of `schema.custom`, that must never be written by a mapping. */
const NEVER: Record<string, string> = {
  security: HIDES,
  securitylevel: HIDES,
  issuerestriction: HIDES,
  status: FLOW,
  statuscategorychangedate: FLOW,
  resolution: FLOW,
  resolutiondate: FLOW,
  issuetype: 'it turns the ticket into another kind',
  project: 'it moves the ticket to another project',
  parent: 'it moves the ticket below another one',
  reporter: OTHERS,
  creator: OTHERS,
  summary: 'it is the text of the customer',
  description: 'it is the text of the customer',
  duedate: 'it is a promise that a person makes',
  'gh-sprint': 'it plans the work of a team',
  'gh-lexo-rank': 'it plans the work of a team',
  'gh-epic-link': 'it plans the work of a team',
  'gh-epic-label': 'it plans the work of a team',
  'gh-epic-status': 'it plans the work of a team',
  'gh-epic-color': 'it plans the work of a team',
  'jpo-custom-field-parent': 'it moves the ticket below another one',
  devsummarycf: OTHERS,
  devsummary: OTHERS,
  'sd-sla-field': 'Jira measures it',
  'sd-approvals': 'approvers decide it',
  'sd-request-feedback': 'the customer gives it',
  'sd-request-feedback-date': 'the customer gives it',
  'sd-customer-organizations': 'it decides who can see the ticket',
  'sd-request-participants': 'it decides who can see the ticket',
}

/** Kinds whose form Jira documents for Cloud only: a guess could replace what a customer chose. */
const CLOUD_ONLY: Record<string, string> = {
  'vp-origin': 'there is no documented form in which Jira Data Center takes a request type',
  'cmdb-object-cftype':
    'how Jira Data Center answers with these Assets objects, and shows them in the history, is not documented',
}

/** System fields that have a target of their own. */
const TARGETS: Record<string, string> = {
  priority: 'priority',
  components: 'component',
  labels: 'label',
}

type Edition = JiraSettings['edition']

/** `kind`: the vendor's name of the type. */
export type FieldKind = { kind: string; writeAs: string[]; never?: string; listing: boolean }

export function fieldKind(id: string, schema: Schema, edition: Edition): FieldKind {
  const custom = schema?.custom?.split(':').at(-1) ?? null
  const kind = custom ?? (schema?.items ? `${schema.type} of ${schema.items}` : (schema?.type ?? 'unknown'))
  const names = [id, schema?.system, custom, custom === null ? schema?.type : null]
  const dangerous = names.map((name) => lookUp(NEVER, name)).find((why) => why !== undefined)
  const never = dangerous ?? (edition === 'datacenter' ? lookUp(CLOUD_ONLY, custom) : undefined)
  if (never !== undefined) return { kind, writeAs: [], never, listing: false }
  const writeAs = lookUp(CUSTOM, custom) ?? (schema?.type === 'team' ? ['team'] : [])
  return { kind, writeAs, listing: LISTING.includes(writeAs[0] ?? '') }
}

/** Why a field must not be written like this, whatever the mapping says; null: it may. `known`: from Jira's schema. */
export function refusal(id: string, type: string, known: FieldKind | undefined): string | null {
  const { kind, writeAs, never } = known ?? { kind: id, writeAs: [type], never: lookUp(NEVER, id) }
  if (never !== undefined) return `${id} (${kind}) must not be written: ${never}`
  return writeAs.includes(type) ? null : `${id} is a field of the kind ${kind}, which cannot be written as ${type}`
}

/** The target that writes a system field: `priority` for the priority; undefined for other fields. */
export const targetOf = (id: string): string | undefined => lookUp(TARGETS, id)

function lookUp<Value>(table: Record<string, Value>, name: string | null | undefined): Value | undefined {
  return name && Object.hasOwn(table, name) ? table[name] : undefined
}
