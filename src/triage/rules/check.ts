import { describeValues, rankOf, type Taxonomy, unknownName } from '../../contract/index.ts'
import { checkPattern, languageOf } from '../../text/index.ts'
import { holds, subjectOf } from './match.ts'
import type { Rule } from './rule.ts'

/** One error in a rule, with its place (`when.regex`). */
export type RuleFault = { rule: string; path: string; message: string }

/** Lists what must be fixed before these rules are saved: unknown fields and values, dangerous patterns, failing examples. */
export function checkRules(rules: Rule[], taxonomy: Pick<Taxonomy, 'fields'>): RuleFault[] {
  const seen = new Set<string>()
  return rules.flatMap((rule) => {
    const faults = [...checkThen(rule, taxonomy), ...checkWhen(rule), ...checkExamples(rule)]
    if (seen.has(rule.id)) faults.unshift({ rule: rule.id, path: 'id', message: `rule ${rule.id} occurs twice` })
    seen.add(rule.id)
    return faults
  })
}

/** Of these errors, those about the fields and values that a rule decides or guards. */
export function checkTargets(rules: Rule[], taxonomy: Pick<Taxonomy, 'fields'>): RuleFault[] {
  return rules.flatMap((rule) => checkThen(rule, taxonomy))
}

function checkThen({ id, when, then }: Rule, taxonomy: Pick<Taxonomy, 'fields'>): RuleFault[] {
  const wanted =
    'decide' in then
      ? Object.entries(then.decide).map(([field, value]) => ({ field, value, path: `then.decide.${field}` }))
      : 'guard' in then
        ? [{ field: then.guard.field, value: then.guard.atLeast, path: 'then.guard' }]
        : []
  const faults = wanted.flatMap(({ field: fieldId, value, path }) => {
    const unknown = unknownName(taxonomy, fieldId, value)
    if (unknown) return [{ rule: id, path, message: unknown }]
    const field = taxonomy.fields.find((each) => each.id === fieldId)!
    if (!('guard' in then) || rankOf(field, value) !== null) return []
    return [{ rule: id, path, message: `${fieldId} takes ${describeValues(field)}: its values have no order` }]
  })
  if (when.outOfScope && wanted.length > 0)
    faults.push({ rule: id, path: 'when.outOfScope', message: 'such a rule cannot decide or guard: use skip or flag' })
  if ('decide' in then && wanted.length === 0)
    faults.push({ rule: id, path: 'then.decide', message: 'the rule decides nothing' })
  return faults
}

function checkWhen({ id, when }: Rule): RuleFault[] {
  const faults: RuleFault[] = []
  const regex = when.regex === undefined ? null : checkPattern(when.regex)
  if (regex) faults.push({ rule: id, path: 'when.regex', message: regex })
  if (when.minLength !== undefined && when.maxLength !== undefined && when.minLength > when.maxLength)
    faults.push({ rule: id, path: 'when.minLength', message: 'minLength is above maxLength: the rule can never match' })
  const { count } = when
  if (count && count.atLeast === undefined && count.atMost === undefined)
    faults.push({ rule: id, path: 'when.count', message: 'give atLeast or atMost: without them every ticket matches' })
  if (count && (count.atLeast ?? 0) > (count.atMost ?? Number.POSITIVE_INFINITY))
    faults.push({ rule: id, path: 'when.count', message: 'atLeast is above atMost: the rule can never match' })
  for (const list of ['any', 'all', 'none'] as const)
    for (const [i, keyword] of (when[list] ?? []).entries())
      if (!/[\p{L}\p{N}]/u.test(keyword))
        faults.push({ rule: id, path: `when.${list}.${i}`, message: `"${keyword}" has neither a letter nor a digit` })
  return faults
}

function checkExamples(rule: Rule): RuleFault[] {
  return rule.examples.flatMap((example, i) => {
    const language = example.language ? { code: example.language, confidence: 1 } : languageOf(example.text)
    const ticket = { subject: example.subject ?? '', text: example.text, language, masked: {} }
    // No classifier is asked about an example, so `outOfScope` is taken as true and the other conditions are checked.
    const subject = subjectOf(ticket, example.metadata ?? {}, true)
    if (holds(rule.when, subject) === example.matches) return []
    const message = `"${example.text.slice(0, 60)}" should ${example.matches ? '' : 'not '}match`
    return [{ rule: rule.id, path: `examples.${i}`, message }]
  })
}
