/** A rule as a form holds it: every condition has a place, and only those that are filled in are saved. Pure. */
import type { Rule } from './use-draft.ts'

type When = Rule['when']
type Count = NonNullable<When['count']>
export const EFFECTS = ['decide', 'guard', 'skip', 'flag'] as const
export const COUNTABLES = ['prices', 'durations', 'links', 'questions', 'numbers', 'lines'] as const

export type Form = {
  id: string
  description: string
  enabled: boolean
  any: string[]
  all: string[]
  none: string[]
  in: When['in']
  regex: string
  language: string[]
  metadata: { name: string; values: string[] }[]
  minLength: number | undefined
  maxLength: number | undefined
  countOf: Count['of'] | null
  atLeast: number | undefined
  atMost: number | undefined
  outOfScope: boolean
  effect: (typeof EFFECTS)[number]
  decide: { field: string; value: string }[]
  guard: { field: string; atLeast: string }
  skip: string
  flag: string
  examples: Rule['examples']
}

export function formOf(rule: Rule | undefined): Form {
  const when: When = rule?.when ?? { in: 'both' }
  const then: Rule['then'] = rule?.then ?? { decide: {} }
  return {
    id: rule?.id ?? '',
    description: rule?.description ?? '',
    enabled: rule?.enabled ?? true,
    any: when.any ?? [],
    all: when.all ?? [],
    none: when.none ?? [],
    in: when.in,
    regex: when.regex ?? '',
    language: when.language ?? [],
    metadata: Object.entries(when.metadata ?? {}).map(([name, value]) => ({ name, values: [value].flat() })),
    minLength: when.minLength,
    maxLength: when.maxLength,
    countOf: when.count?.of ?? null,
    atLeast: when.count?.atLeast,
    atMost: when.count?.atMost,
    outOfScope: when.outOfScope ?? false,
    effect: EFFECTS.find((effect) => effect in then) ?? 'decide',
    decide: 'decide' in then ? Object.entries(then.decide).map(([field, value]) => ({ field, value })) : [],
    guard: 'guard' in then ? then.guard : { field: '', atLeast: '' },
    skip: 'skip' in then ? then.skip : '',
    flag: 'flag' in then ? then.flag : '',
    examples: rule?.examples ?? [],
  }
}

/** The rule that the form says; null while something is missing. */
export function ruleOf(form: Form): Rule | null {
  const when = whenOf(form)
  const then = thenOf(form)
  if (form.id === '' || !then || Object.keys(when).length < 2) return null
  const { id, description, enabled } = form
  const examples = form.examples.filter(({ text }) => text.trim() !== '')
  return { id, description, enabled, when, then, examples }
}

function whenOf(form: Form): When {
  const metadata = form.metadata.filter(({ name, values }) => name.trim() !== '' && values.length > 0)
  return {
    in: form.in,
    ...(form.any.length > 0 ? { any: form.any } : {}),
    ...(form.all.length > 0 ? { all: form.all } : {}),
    ...(form.none.length > 0 ? { none: form.none } : {}),
    ...(form.regex ? { regex: form.regex } : {}),
    ...(form.language.length > 0 ? { language: form.language } : {}),
    ...(metadata.length > 0
      ? {
          metadata: Object.fromEntries(
            metadata.map(({ name, values }) => [name, values.length > 1 ? values : values[0]!]),
          ),
        }
      : {}),
    ...(form.minLength === undefined ? {} : { minLength: form.minLength }),
    ...(form.maxLength === undefined ? {} : { maxLength: form.maxLength }),
    ...(form.countOf
      ? {
          count: {
            of: form.countOf,
            ...(form.atLeast === undefined ? {} : { atLeast: form.atLeast }),
            ...(form.atMost === undefined ? {} : { atMost: form.atMost }),
          },
        }
      : {}),
    ...(form.outOfScope ? { outOfScope: true } : {}),
  }
}

function thenOf({ effect, decide, guard, skip, flag }: Form): Rule['then'] | null {
  switch (effect) {
    case 'decide': {
      const whole = decide.filter(({ field, value }) => field && value)
      return whole.length > 0 ? { decide: Object.fromEntries(whole.map(({ field, value }) => [field, value])) } : null
    }
    case 'guard':
      return guard.field && guard.atLeast ? { guard } : null
    case 'skip':
      return skip.trim() ? { skip: skip.trim() } : null
    case 'flag':
      return flag.trim() ? { flag: flag.trim() } : null
    default:
      return effect satisfies never
  }
}

/** Does the rule use a condition that the form keeps out of sight at first? */
export const usesMore = (form: Form) =>
  form.regex !== '' ||
  form.language.length > 0 ||
  form.metadata.length > 0 ||
  form.minLength !== undefined ||
  form.maxLength !== undefined ||
  form.countOf !== null ||
  form.outOfScope
