/**
 * Rules, classifier and decide for one prepared ticket, with the question whether the ticket itself told them what to say: what
 * would not be decided without words that only name labels or give orders waits for a person.
 */

import type { Classified } from '../classifiers/index.ts'
import type { Answer, Classifier, Prepared, Taxonomy } from '../contract/index.ts'
import { ModelError } from '../errors.ts'
import { decide, type Policy, type Verdict } from './decide.ts'
import { type Scrutiny, scrutinise } from './injection/index.ts'
import type { Ruled } from './rules/index.ts'

type Needs = {
  rule(prepared: Prepared, outOfScope?: boolean): Ruled
  /** `again`: about a part of a ticket, after it was asked about the whole. */
  ask(prepared: Prepared, how: { guarded: boolean; again: boolean }): Promise<Classified>
  /** Answers at no cost, so it is asked for parts of the ticket too, and shows where another classifier is worth asking again. */
  embedded: Classifier | null
}

export type CrossChecked = { verdict: Verdict; ruled: Ruled; classified: Classified; scrutiny: Scrutiny }

/** What `ask` throws the first time passes through. */
export async function crossCheck(
  prepared: Prepared,
  { rule, ask, embedded }: Needs,
  policy: Policy & { taxonomy: Taxonomy },
): Promise<CrossChecked> {
  let ruled = rule(prepared)
  const scrutiny = scrutinise(prepared, policy.taxonomy)
  if (ruled.skip) {
    const classified = { answer: null, steps: ['not asked: a rule skips the ticket'] }
    return { verdict: decide({ ruled, answer: null }, policy), ruled, classified, scrutiny }
  }
  const { told, readings } = scrutiny
  const guarded = ruled.guards.length > 0
  const classified = await ask(told ? (readings.at(-1) ?? prepared) : prepared, { guarded, again: false })
  // what the desk itself calls grave is in its domain, whatever the classifier knows
  if (!told && !guarded && isOutOfScope(classified.answer, policy.taxonomy)) ruled = rule(prepared, true)
  const evidence = { ruled, answer: classified.answer, because: classified.because }
  if (told) return { verdict: decide({ ...evidence, distrust: TOLD }, policy), ruled, classified, scrutiny }
  const verdict = decide(evidence, policy)
  // What waits for a person anyway, or is left alone, needs no second look.
  if (verdict.plan === 'hold' || ruled.skip) return { verdict, ruled, classified, scrutiny }
  const own = classified.answer?.source === 'embedded'
  const more: Classified[] = []
  const judge = (reading: Prepared, answer: Answer) =>
    decide({ ruled: { ...rule(reading), skip: null }, answer }, policy)
  const byScout = async (reading: Prepared) => judge(reading, await embedded!.classify(reading, policy.taxonomy, NEVER))
  const byClassifier: Judge = async (reading) => {
    const asked = await askAgain(() => ask(reading, { guarded, again: true }))
    more.push(asked)
    return asked.answer ? judge(reading, asked.answer) : { unseen: asked.because ?? 'no answer' }
  }
  const doubts: Record<string, string> = {}
  // Words that name none of the decided values cannot be what these hang on.
  const concerned = scrutiny.firm || Object.entries(verdict.values).some((pair) => scrutiny.names.has(pair.join('/')))
  for (const reading of concerned ? readings : []) {
    const other = await (own && embedded ? byScout : byClassifier)(reading)
    for (const [field, value] of Object.entries(verdict.values)) {
      if ('unseen' in other) {
        if (scrutiny.firm || scrutiny.names.has(`${field}/${value}`)) doubts[field] ??= unseen(field, value, other)
        continue
      }
      if (other.values[field] === value) continue
      if (scrutiny.firm || (scrutiny.names.has(`${field}/${value}`) && isSure(other, field)))
        doubts[field] ??= hangs(field, value, other.values[field])
    }
  }
  if (embedded) await contradict(doubts, prepared, verdict, byScout, own ? null : byClassifier)
  const doubted = Object.keys(doubts).length > 0
  return {
    verdict: doubted ? decide({ ...evidence, doubts }, policy) : verdict,
    ruled,
    classified: withMore(classified, more),
    scrutiny,
  }
}

/** Alarmed at every choice it was asked for; one that it knows well is enough to stay. */
function isOutOfScope(answer: Answer | null, taxonomy: Taxonomy): boolean {
  const choices = taxonomy.fields.flatMap(({ id, kind }) => (kind === 'choice' ? (answer?.fields[id] ?? []) : []))
  return choices.length > 0 && choices.every(({ doubt }) => doubt !== undefined)
}

type Judge = (reading: Prepared) => Promise<Verdict | Unseen>
type Unseen = { unseen: string }

/** When the time of the ticket is spent, or the model is away by now, what it said the first time is not lost. */
async function askAgain(ask: () => Promise<Classified>): Promise<Classified> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    return { answer: null, because: error.message, steps: [] }
  }
}

/** What was asked again costs tokens and time too, and is said in the trace. */
function withMore({ answer, steps, ...rest }: Classified, more: Classified[]): Classified {
  if (more.length === 0) return { answer, steps, ...rest }
  const all = [answer, ...more.map((each) => each.answer)].filter((each): each is Answer => each !== null)
  const answered = more.filter((each) => each.answer !== null).length
  const tokens = all.flatMap((each) => each.tokens ?? [])
  const sum = (of: 'prompt' | 'completion' | 'cached') => tokens.reduce((total, each) => total + each[of], 0)
  const total =
    tokens.length > 0 ? { prompt: sum('prompt'), completion: sum('completion'), cached: sum('cached') } : null
  return {
    ...rest,
    answer: answer && { ...answer, tokens: total, ms: all.reduce((ms, each) => ms + each.ms, 0) },
    steps: [
      ...steps,
      ...(answered > 0 ? [`asked again ${answered === 1 ? 'once' : `${answered} times`} for parts of the ticket`] : []),
      ...more.filter((each) => !each.answer).map(({ because }) => `asked again, without an answer: ${because}`),
    ],
  }
}

/** Passed its threshold, or came from a rule. */
const isSure = (verdict: Verdict, field: string) => verdict.gates.every((gate) => gate.field !== field || gate.passed)

const NEVER = new AbortController().signal

const TOLD = 'the ticket tells the classifier what to answer: the values are proposed without those words'

const hangs = (field: string, value: string, other: string | undefined) =>
  `${field} ${value}: it hangs on words that only name labels or tell what to answer; without them it ${other ? `would be ${other}` : 'is not decided'}`

const unseen = (field: string, value: string, { unseen }: Unseen) =>
  `${field} ${value}: it could not be looked at again without words that only name labels or tell what to answer (${unseen})`

/** Sure enough of another value to speak against the whole. */
const SURE = 0.8
const MOST_PARAGRAPHS = 12
/** What is left must be able to speak for the ticket: a greeting cannot. */
const MOST_OF = 0.65

/**
 * Fields that one paragraph alone decides against all the rest: bait has no need to look like bait. Tried by sentences too: a
 * third of the honest tickets hang on one. Another classifier than the embedded one is asked only where that one wavers.
 */
async function contradict(
  doubts: Record<string, string>,
  prepared: Prepared,
  verdict: Verdict,
  byScout: (reading: Prepared) => Promise<Verdict>,
  byClassifier: Judge | null,
): Promise<void> {
  const paragraphs = prepared.text.split(/\n{2,}/)
  if (paragraphs.length < 2 || paragraphs.length > MOST_PARAGRAPHS) return
  const whole = byClassifier ? await byScout(prepared) : verdict
  for (const left of paragraphs) {
    if (left.length > MOST_OF * prepared.text.length) continue
    const reading = { ...prepared, text: paragraphs.filter((each) => each !== left).join('\n\n') }
    const rest = await byScout(reading)
    const against = Object.keys(verdict.values).filter(
      (field) =>
        rest.values[field] !== whole.values[field] &&
        // What a person said of a ticket with the same words stands.
        verdict.sources[field] !== 'memory' &&
        (rest.gates.find((gate) => gate.field === field)?.confidence ?? 0) >= SURE,
    )
    if (against.length === 0) continue
    const other = byClassifier ? await byClassifier(reading) : rest
    for (const field of against)
      if ('unseen' in other) doubts[field] ??= unseen(field, verdict.values[field]!, other)
      else if (other.values[field] !== verdict.values[field])
        doubts[field] ??=
          `${field} ${verdict.values[field]}: one paragraph says so, the rest of the ticket says ${other.values[field] ?? 'nothing'}`
  }
}
