/** Tries rules on tickets before they are saved. Saves nothing. */
import { setImmediate } from 'node:timers/promises'
import type { Prepared, Taxonomy } from '../../contract/index.ts'
import { loadLanguages, prepare } from '../../text/index.ts'
import { checkRules, type RuleFault } from './check.ts'
import { holds, subjectOf } from './match.ts'
import type { Rule, Ruled } from './rule.ts'
import { runRules } from './store.ts'

type SampleTicket = { subject: string; text: string; metadata: Record<string, string>; outOfScope: boolean }

/** Tries rules on texts: their results, and the errors in the rules. */
export async function tryRules(
  rules: Rule[],
  tickets: SampleTicket[],
  taxonomy: Taxonomy,
): Promise<{ faults: RuleFault[]; ruled: Ruled[] }> {
  await loadLanguages()
  const ruled = tickets.map(({ subject, text, metadata, outOfScope }) =>
    runRules(rules, prepare({ subject, body: text, format: 'plain', metadata }), taxonomy, outOfScope),
  )
  return { faults: checkRules(rules, taxonomy), ruled }
}

/** A stored ticket, as it was prepared when it came in. */
type StoredTicket = Pick<Prepared, 'subject' | 'text' | 'metadata'> & { language: string }
type Tried = { now: Ruled; draft: Ruled; changed: boolean; matches: boolean }

/**
 * What other rules would have done with stored tickets. `matches`: the conditions of `rule` hold. No classifier is asked,
 * so that a rule for what is out of scope matches none.
 */
export async function tryOnStored(
  { now, draft, rule }: { now: Rule[]; draft: Rule[]; rule?: string | undefined },
  tickets: StoredTicket[],
  taxonomy: Taxonomy,
): Promise<Tried[]> {
  await loadLanguages()
  const tried = draft.find(({ id }) => id === rule)
  const results: Tried[] = []
  for (const [i, { language, ...ticket }] of tickets.entries()) {
    const prepared: Prepared = { ...ticket, language: { code: language, confidence: 1 }, masked: {}, dropped: [] }
    const [before, after] = [runRules(now, prepared, taxonomy), runRules(draft, prepared, taxonomy)]
    results.push({
      now: before,
      draft: after,
      changed: JSON.stringify(before) !== JSON.stringify(after),
      matches: tried !== undefined && holds(tried.when, subjectOf(prepared, prepared.metadata)),
    })
    // Webhooks are answered meanwhile.
    if (i % 50 === 49) await setImmediate()
  }
  return results
}
