/** The parts of a connection that its adapter defines: credentials, the vendor's own settings, and filters. Pure. */
import type { z } from 'zod'
import { type Connection, ConnectionSettings, type Connector, type Connectors, didYouMean } from '../contract/index.ts'
import { type Fault, Rejected } from '../errors.ts'

type Parts = Partial<Pick<Connection, 'credentials' | 'settings' | 'filters'>>

/**
 * Checks the given parts against the adapter and completes its settings with their defaults. Throws Rejected 422 that
 * lists every fault. An empty filter that the adapter does not have is dropped: it excludes nothing.
 */
export function checkParts<Given extends Parts>(connector: Connector, given: Given): Given {
  const { credentials, settings, filters } = given
  const own = ConnectionSettings.extend(connector.settings.shape)
  const checked: [keyof Parts, Checked][] = []
  if (credentials) checked.push(['credentials', connector.credentials.safeParse(credentials)])
  if (settings) checked.push(['settings', own.strict().safeParse(settings)])
  if (filters) checked.push(['filters', checkFilters(connector, filters)])
  const faults = checked.flatMap(([part, result]) =>
    result.success ? [] : faultsOf(part, result.error.issues, part === 'settings' ? Object.keys(own.shape) : []),
  )
  if (faults.length > 0)
    throw new Rejected(
      422,
      `The connection does not fit the ${connector.kind} adapter: ${faults.map((f) => `${f.path}: ${f.message}`).join('; ')}`,
      { next: `Correct what "faults" lists. ${describeAdapter(connector)}.`, faults },
    )
  return { ...given, ...Object.fromEntries(checked.map(([part, { data }]) => [part, data])) }
}

/** A connection as its adapter sees it: every setting and filter that the adapter has, with defaults, and no other. */
export function adapterView(connectors: Connectors, connection: Connection): Connection {
  const connector = connectors[connection.kind]
  if (!connector) return connection // stored by a release that had the adapter
  const core = ConnectionSettings.strip().parse(connection.settings)
  const { data: own } = connector.settings.safeParse(connection.settings)
  const names = Object.keys(connector.filters)
  const filters = Object.fromEntries(names.map((name) => [name, connection.filters[name] ?? []]))
  return { ...connection, settings: { ...core, ...own }, filters }
}

/** What a connection of this adapter may hold, as one sentence for people. */
export function describeAdapter(connector: Connector): string {
  const { kind, settings, filters } = connector
  const kinds = credentialKinds(connector).map(
    ({ kind, needed, optional }) => `${kind} (${[...needed, ...optional.map((name) => `${name}?`)].join(', ')})`,
  )
  return [
    `${kind}: credentials of kind ${kinds.join(' or ')}`,
    `own settings ${Object.keys(settings.shape).join(', ') || 'none'}`,
    `filters ${Object.keys(filters).join(', ') || 'none'}`,
  ].join('; ')
}

/** The kinds of credentials of an adapter, with the names of their parts. */
export function credentialKinds({ credentials }: Connector): { kind: string; needed: string[]; optional: string[] }[] {
  return credentials.options.map(({ shape }) => {
    const { kind, ...parts } = shape as z.core.$ZodLooseShape & typeof shape
    const [optional, needed] = [true, false].map((wanted) =>
      Object.keys(parts).filter((name) => (parts[name] as z.ZodType).isOptional() === wanted),
    )
    return { kind: kind.value, needed: needed!, optional: optional! }
  })
}

type Issues = Pick<z.core.$ZodIssue, 'path' | 'message' | 'code'>[]
type Checked = { success: true; data: unknown } | { success: false; data?: undefined; error: { issues: Issues } }

function checkFilters({ kind, filters: known }: Connector, given: Connection['filters']): Checked {
  const used = Object.entries(given).filter(([name, values]) => Object.hasOwn(known, name) || values.length > 0)
  const issues = used
    .filter(([name]) => !Object.hasOwn(known, name))
    .map(([name]) => ({
      code: 'custom' as const,
      path: [name],
      message: `${kind} has no such filter${didYouMean(name, Object.keys(known))}`,
    }))
  return issues.length > 0 ? { success: false, error: { issues } } : { success: true, data: Object.fromEntries(used) }
}

function faultsOf(part: string, issues: Issues, names: string[]): Fault[] {
  return issues.flatMap((issue): Fault | Fault[] => {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0 && names.length > 0)
      return (issue as z.core.$ZodIssueUnrecognizedKeys).keys.map((key) => ({
        path: `${part}.${key}`,
        message: `there is no setting ${key}${didYouMean(key, names)}`,
      }))
    const options = issue.code === 'invalid_union' && 'options' in issue ? (issue.options as unknown[]) : null
    return {
      path: [part, ...issue.path.map(String)].join('.'),
      message: options ? `must be one of: ${options.join(', ')}` : issue.message,
    }
  })
}
