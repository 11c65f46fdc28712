/** The configuration as one YAML document: what it may hold, and reading it. */
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { ConnectionChange, ConnectionInput } from '../connections/index.ts'
import { didYouMean, TaxonomyDocument } from '../contract/index.ts'
import { type Fault, Rejected } from '../errors.ts'
import { MapDocument } from '../routing/index.ts'
import { Rules } from '../triage/index.ts'

/** A section that is absent stays as it is, as does a connection that is not named, and a part of it that is absent. */
export const ConfigDocument = z.strictObject({
  /** The version of this format. */
  pointsman: z.literal(1),
  taxonomy: TaxonomyDocument.optional(),
  rules: Rules.optional(),
  routingMap: MapDocument.optional(),
  connections: z
    .record(ConnectionInput.shape.name, ConnectionChange.extend({ kind: ConnectionInput.shape.kind }))
    .optional(),
})
export type ConfigDocument = z.infer<typeof ConfigDocument>

/** Reads a document. Throws Rejected 422 with every fault: where it is not YAML, or what it may not hold. */
export function readDocument(yaml: string): ConfigDocument {
  const lines = new LineCounter()
  const parsed = parseDocument(yaml, { lineCounter: lines })
  const broken = parsed.errors.map(({ pos: [at], message }) => ({
    path: `line ${lines.linePos(at).line}`,
    message: message.split('\n')[0]!,
  }))
  if (broken.length > 0) throw invalid('This is not YAML', broken)
  const result = ConfigDocument.safeParse(parsed.toJS())
  if (result.success) return result.data
  throw invalid(
    'The configuration is invalid',
    result.error.issues.flatMap((issue) => faultsOf(issue)),
  )
}

function invalid(what: string, faults: Fault[]): Rejected {
  return new Rejected(422, `${what}: ${faults.map(({ path, message }) => `${path}: ${message}`).join('; ')}`, {
    next: 'Correct it and try again; "pointsman config export" prints one that is valid.',
    faults,
  })
}

/** An unknown name is told with the nearest one. */
function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  const at = issue.path.map(String)
  if (issue.code !== 'unrecognized_keys') return [{ path: at.join('.') || 'document', message: issue.message }]
  const known = keysAt(ConfigDocument, issue.path)
  return issue.keys.map((key) => ({
    path: [...at, key].join('.'),
    message: `there is no ${key} here${didYouMean(key, known)}`,
  }))
}

/** The keys that the schema has at a place. */
function keysAt(schema: z.core.$ZodType, [first, ...rest]: PropertyKey[]): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod
  const here = [first, ...rest].filter((part) => part !== undefined)
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return keysAt(def.innerType, here)
    case 'pipe':
      return keysAt(def.in, here)
    case 'union':
      return def.options.flatMap((option) => keysAt(option, here))
    case 'array':
      return keysAt(def.element, rest)
    case 'record':
      return keysAt(def.valueType, rest)
    case 'object': {
      if (first === undefined) return Object.keys(def.shape)
      const inner = def.shape[String(first)]
      return inner ? keysAt(inner, rest) : []
    }
    default:
      return []
  }
}
