/** What a document changes, by name. Pure. */
import { type Change, diff, type Part, rulesKind, taxonomyKind } from '../policy/index.ts'
import type { MapDocument } from '../routing/index.ts'
import type { ConfigDocument } from './document.ts'
import { SECTIONS, type Section } from './export.ts'

export type Difference = Change & { section: Section }

type Sections = Omit<ConfigDocument, 'pointsman'>

/** Only sections of the document are compared, and of a connection only the parts that it names. */
export function differences(now: Sections, wanted: Sections): Difference[] {
  return SECTIONS.flatMap((section) => {
    const [from, to] = [partsOf(section, now, wanted), partsOf(section, wanted, wanted)]
    return wanted[section] === undefined ? [] : diff(from, to).map((change) => ({ section, ...change }))
  })
}

function partsOf(section: Section, { taxonomy, rules, routingMap, connections }: Sections, wanted: Sections): Part[] {
  switch (section) {
    case 'taxonomy':
      return taxonomy ? taxonomyKind.parts(taxonomy) : []
    case 'rules':
      return rules ? rulesKind.parts(rules) : []
    case 'routingMap':
      return routingMap ? partsOfMap(routingMap) : []
    case 'connections':
      return Object.entries(connections ?? {})
        .filter(([name]) => wanted.connections && Object.hasOwn(wanted.connections, name))
        .map(([name, connection]) => {
          const named = wanted.connections![name]!
          const kept = Object.entries(connection).filter(([part]) => part in named)
          return { name, list: 'connections', of: hidden(leaves(Object.fromEntries(kept))) }
        })
    default:
      return section satisfies never
  }
}

function partsOfMap({ rows, hours = {}, people = {} }: MapDocument): Part[] {
  const entries = (list: 'hours' | 'people', all: Record<string, object>) =>
    Object.entries(all).map(([name, of]): Part => ({ name: `${list}.${name}`, list, of: { ...of } }))
  return [
    ...rows.map(({ when, ...of }): Part => ({ name: `row ${whenOf(when)}`, list: 'rows', of })),
    ...entries('hours', hours),
    ...entries('people', people),
  ].map((part) => (part.list === 'rows' ? part : { ...part, list: part.name })) // their order means nothing
}

const whenOf = (when: Record<string, string>) =>
  Object.entries(when)
    .sort()
    .map(([field, value]) => `${field}=${value}`)
    .join(' ') || 'default'

/** `{mapping: {people: {Ann: '7'}}}` as `mapping.people.Ann`. */
function leaves(value: object, at: string[] = []): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      const path = [...at, key]
      const isInner = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      if (isEmpty(inner)) return []
      return isInner ? Object.entries(leaves(inner, path)) : [[path.join('.'), inner]]
    }),
  )
}

// An empty part and an absent one are the same.
const isEmpty = (value: unknown) =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)

/** New credentials and secrets are told, not shown. */
function hidden(of: Record<string, unknown>): Record<string, unknown> {
  const isSecret = (path: string) => /^(credentials|secrets)(\.|$)/.test(path)
  const shown = Object.entries(of).filter(([path]) => !isSecret(path))
  const secret = [
    ...new Set(
      Object.keys(of)
        .filter(isSecret)
        .map((path) => path.split('.')[0]!),
    ),
  ]
  return Object.fromEntries([...shown, ...secret.map((name) => [name, '(new)'])])
}
