/**
 * The kinds of custom fields that we can write: how each is read from an issue and from its history, and how it is
 * written. A vendor value is one string, an id where there is one. Pure.
 */
import { readValues, type SingleTarget } from '../../src/contract/index.ts'
import { plainText } from './adf.ts'
import { isRecord, Text } from './payload.ts'

export type FieldTarget = SingleTarget & { to: 'field' }

/** One side of a changelog item. `account`: its id as the issue shows it. */
export type Logged = { id: string | null; text: string | null; account: string | null }

/** How this edition writes texts and people. */
export type Spelling = {
  person(id: string): Record<string, string>
  group(id: string): Record<string, string>
  textArea(value: string): unknown
}

type Single = {
  label: string
  read(value: unknown, target: FieldTarget): string | null
  logged(side: Logged, target: FieldTarget): string | null
  write(raw: string, spelling: Spelling): unknown
}

/** A field with several values at once: ours are exchanged, the others stay. */
export type Several = {
  label: string
  several: true
  list(value: unknown): string[]
  loggedList(side: Logged): string[]
  spell(raw: string): unknown
  /** Jira offers no adding and removing of single values: the whole list is written. */
  whole?: true
}

export type Kind = Single | Several

export const KINDS: Record<string, Kind> = {
  select: { label: 'select list or radio buttons', read: optionId, logged: idOf, write: (id) => ({ id }) },
  cascading: {
    label: 'cascading select list: parent, or parent/child',
    read: cascade,
    logged: ({ id }) => cascadeIn(id),
    write(raw) {
      const [parent, child] = raw.split('/')
      return child === undefined ? { id: parent } : { id: parent, child: { id: child } }
    },
  },
  multiselect: {
    label: 'multi-select list or checkboxes; other options stay',
    several: true,
    list: idsOf,
    loggedList: ({ id }) => listed(id),
    spell: (id) => ({ id }),
  },
  text: {
    label: 'text',
    read: textOf,
    logged: ({ text }) => text || null,
    write: (raw) => raw,
  },
  number: {
    label: 'number',
    read: (value) => (typeof value === 'number' ? String(value) : opaque(value)),
    logged: ({ text, id }) => numeric(text ?? id) ?? (text || id || null),
    write: Number,
  },
  date: {
    label: 'date (2026-01-31)',
    read: opaque,
    logged: ({ id, text }) => /\d{4}-\d\d-\d\d/.exec(`${id} ${text}`)?.[0] ?? (id || text || null),
    write: (raw) => raw,
  },
  labels: {
    label: 'labels; other labels stay',
    several: true,
    list: idsOf,
    loggedList: ({ text }) => text?.split(/\s+/).filter(Boolean) ?? [],
    spell: (label) => label,
  },
  team: { label: "Atlassian team, by the team's id", read: optionId, logged: idOrText, write: (raw) => raw },
  'request-type': {
    label: 'request type of a service project, by its id',
    read: (value) => (isRecord(value) && isRecord(value.requestType) ? optionId(value.requestType) : optionId(value)),
    logged: idOrText,
    write: (raw) => raw,
  },
  assets: {
    label: 'Assets objects, each as workspaceId:objectId; other objects stay',
    several: true,
    list: (value) => (Array.isArray(value) ? value.map(assetId) : []),
    loggedList: ({ id }) => listed(id),
    spell(raw) {
      const [workspaceId, objectId] = raw.split(':')
      return { workspaceId, id: raw, objectId }
    },
    whole: true,
  },
  user: {
    label: 'user picker, by account id (Data Center: user name)',
    read: personIn,
    logged: ({ account, id }) => account ?? (id || null),
    write: (raw, { person }) => person(raw),
  },
  group: {
    label: 'group picker, by group id or name',
    read: (value, target) => (isRecord(value) ? mapped([value.groupId, value.name], target) : null) ?? optionId(value),
    logged: ({ id, text }, target) => mapped([bare(id), text], target) ?? (bare(id) || text || null),
    write: (raw, { group }) => group(raw),
  },
}

/** `Connector.fieldTypes`. */
export const fieldTypes: Record<string, string> = Object.fromEntries(
  Object.entries(KINDS).map(([type, { label }]) => [type, label]),
)

/** The kind of a target; undefined for a type that Jira does not have. */
export function kindOf(target: FieldTarget): Kind | undefined {
  return Object.hasOwn(KINDS, target.type) ? KINDS[target.type] : undefined
}

export function isNumeric(value: string): boolean {
  return value.trim() !== '' && Number.isFinite(Number(value))
}

/** A value of a shape that we do not understand is a value: an empty field could be overwritten. */
export function opaque(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null
  if (Array.isArray(value) && value.length === 0) return null
  return (Text.parse(value) ?? JSON.stringify(value)).slice(0, 500)
}

/** The id of an option, a priority, a component, a team; a label is its own id. */
export function optionId(value: unknown): string | null {
  if (!isRecord(value)) return opaque(value)
  return Text.parse(value.id) ?? Text.parse(value.value) ?? Text.parse(value.name) ?? opaque(value)
}

export function idsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(optionId).filter((id) => id !== null)
  const one = optionId(value)
  return one === null ? [] : [one]
}

/** `[10700, 10701]`, as changelogs show lists. */
export function listed(id: string | null): string[] {
  return (id ?? '')
    .replace(/^\[|\]$/g, '')
    .split(/\s*,\s*/)
    .filter(Boolean)
}

function cascade(value: unknown): string | null {
  const parent = optionId(value)
  const child = isRecord(value) ? optionId(value.child) : null
  return parent !== null && child !== null ? `${parent}/${child}` : parent
}

/** "Parent values: Internet(10500)Level 1 values: Fibre(10502)" */
function cascadeIn(id: string | null): string | null {
  const ids = [...(id ?? '').matchAll(/\((\d+)\)/g)].map((found) => found[1]!)
  return ids.length > 0 ? ids.slice(0, 2).join('/') : id || null
}

function textOf(value: unknown): string | null {
  if (!isRecord(value) || value.type !== 'doc') return opaque(value)
  // A document with a picture or a table alone has no text, but somebody put it there.
  return plainText(value) || (holdsMore(value, 0) ? opaque(value) : null)
}

function holdsMore(node: Record<string, unknown>, depth: number): boolean {
  if (!['doc', 'paragraph', 'text', 'hardBreak'].includes(String(node.type)) || depth > 100) return true
  return Array.isArray(node.content) && node.content.some((child) => isRecord(child) && holdsMore(child, depth + 1))
}

function numeric(text: string | null): string | null {
  return text !== null && isNumeric(text) ? String(Number(text)) : null
}

function assetId(value: unknown): string {
  if (!isRecord(value)) return opaque(value) ?? ''
  const [workspace, object] = [Text.parse(value.workspaceId), Text.parse(value.objectId)]
  return workspace && object ? `${workspace}:${object}` : (optionId(value) ?? '')
}

function personIn(value: unknown): string | null {
  if (!isRecord(value)) return opaque(value)
  return Text.parse(value.accountId) ?? Text.parse(value.name) ?? Text.parse(value.key) ?? opaque(value)
}

/** The one of several names of a thing that the mapping uses. */
function mapped(names: unknown[], target: FieldTarget): string | null {
  const known = new Set([...readValues(target).map(({ raw }) => raw), ...target.blank])
  const texts = names.map((name) => Text.parse(name)).filter((name) => name !== null)
  return texts.find((name) => known.has(name)) ?? texts[0] ?? null
}

function bare(id: string | null): string | null {
  return id?.replace(/^\[(.*)\]$/, '$1') ?? null
}

function idOf({ id }: Logged): string | null {
  return id || null
}

function idOrText({ id, text }: Logged): string | null {
  return id || text || null
}
