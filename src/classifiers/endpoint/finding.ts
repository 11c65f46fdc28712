/** One result of a check of an endpoint, and what is checked. */
import type { ClientSettings } from './client.ts'
import type { PromptFormat } from './format.ts'

/** One line of `pointsman doctor` about an endpoint: what was checked, the result, and how to fix a problem. */
export type ProbeFinding = { what: string; ok: boolean; says: string; next?: string }

export type ProbedEndpoint = ClientSettings & { format: PromptFormat; concurrency?: number }

export function problem(what: string, says: string, next: string): ProbeFinding {
  return { what, ok: false, says, next }
}
