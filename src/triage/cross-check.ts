/**
 * Decides a prepared ticket by rules and classifier, and checks whether the ticket itself influenced the classifier: a value
 * that would be different without a suspicious part of the text waits for a person.
 */

import type { Classified } from '../classifiers/index.ts'
import type { Answer, Classifier, Prepared, Taxonomy } from '../contract/index.ts'
import { ModelError } from '../errors.ts'
import { decide, type Policy, type Verdict } from './decide.ts'
import { findInjection, type Injection } from './injection/index.ts'
import type { Ruled } from './rules/index.ts'

type Needs = {
  rule(prepared: Prepared, outOfScope?: boolean): Ruled
  /** `again`: about a part of a ticket, after the question about the whole. */
  ask(prepared: Prepared, how: { guarded: boolean; again: boolean }): Promise<Classified>
  /** Costs nothing to ask, so it also finds out which parts another classifier must be asked about again. */
  embedded: Classifier | null
}

type Decided = { verdict: Verdict; ruled: Ruled; classified: Classified }

export type CrossChecked = Decided & { injection: Injection }

/** What `ask` throws for the whole ticket is passed on. */
export async function crossCheck(prepared: Prepared, needs: Needs, policy: Policy): Promise<CrossChecked> {
  const injection = findInjection(prepared, policy.taxonomy)
  const first = await decideOnce(prepared, injection, needs, policy)
  const { verdict, ruled, classified } = first
  // A person decides these tickets anyway, or nobody does.
  if (ruled.skip || verdict.plan === 'hold') return { ...first, injection }

  const judges = openJudges(needs, policy, first)
  // First what is more suspicious: all questions share the deadline of the ticket.
  const byInjection = await doubtInjection(injection, verdict, judges.byClassifier)
  const byParagraph = await doubtParagraphs(prepared, verdict, judges)
  const evidence = { ruled, answer: classified.answer, because: classified.because }
  const doubts = { ...byParagraph, ...byInjection }
  return {
    verdict: Object.keys(doubts).length > 0 ? decide({ ...evidence, doubts }, policy) : verdict,
    ruled,
    classified: addAsked(classified, judges.asked),
    injection,
  }
}

/** The decision before any doubt about the text. A ticket that instructs the classifier is held. */
async function decideOnce(
  prepared: Prepared,
  { instructs, cleaned }: Injection,
  { rule, ask }: Needs,
  policy: Policy,
): Promise<Decided> {
  const ruled = rule(prepared)
  if (ruled.skip) {
    const classified = { answer: null, steps: ['not asked: a rule skips the ticket'] }
    return { verdict: decide({ ruled, answer: null }, policy), ruled, classified }
  }
  const guarded = ruled.guards.length > 0
  const classified = await ask((instructs && cleaned.at(-1)) || prepared, { guarded, again: false })
  const evidence = { answer: classified.answer, because: classified.because }
  if (instructs)
    return { verdict: decide({ ruled, ...evidence, distrust: HAS_INSTRUCTIONS }, policy), ruled, classified }
  // A guard is a rule of this desk, so a ticket that it concerns is in scope whatever the classifier knows.
  const isForeign = !guarded && isOutOfScope(classified.answer, policy.taxonomy)
  const finallyRuled = isForeign ? rule(prepared, true) : ruled
  return { verdict: decide({ ruled: finallyRuled, ...evidence }, policy), ruled: finallyRuled, classified }
}

const HAS_INSTRUCTIONS = 'the ticket contains instructions to the classifier; the classifier was asked without them'

/** A ticket is out of scope when the classifier doubts every choice that it was asked for; one that it knows is enough. */
function isOutOfScope(answer: Answer | null, taxonomy: Taxonomy): boolean {
  const choices = taxonomy.fields.flatMap(({ id, kind }) => (kind === 'choice' ? (answer?.fields[id] ?? []) : []))
  return choices.length > 0 && choices.every(({ doubt }) => doubt !== undefined)
}

/** The verdict on a part of the ticket, or why there is none. */
type PartVerdict = Verdict | { unavailable: string }

type Judges = {
  /** By the classifier that answered for the whole ticket. */
  byClassifier(part: Prepared): Promise<PartVerdict>
  /** By the embedded classifier; null: there is none. */
  byEmbedded: ((part: Prepared) => Promise<Verdict>) | null
  /** The embedded classifier also answered for the whole ticket. */
  isEmbedded: boolean
  /** What was asked again, in addition to the question about the whole ticket. */
  asked: Classified[]
}

function openJudges({ rule, ask, embedded }: Needs, policy: Policy, { ruled, classified }: Decided): Judges {
  const asked: Classified[] = []
  const guarded = ruled.guards.length > 0
  const isEmbedded = classified.answer?.source === 'embedded'
  const decidePart = (part: Prepared, answer: Answer) =>
    decide({ ruled: { ...rule(part), skip: null }, answer }, policy)
  const byEmbedded =
    embedded &&
    (async (part: Prepared) => decidePart(part, await embedded.classify(part, policy.taxonomy, NEVER_ABORTED)))
  const byAskingAgain = async (part: Prepared): Promise<PartVerdict> => {
    const again = await askAgain(() => ask(part, { guarded, again: true }))
    asked.push(again)
    return again.answer ? decidePart(part, again.answer) : { unavailable: again.because ?? 'no answer' }
  }
  return { byClassifier: (isEmbedded && byEmbedded) || byAskingAgain, byEmbedded, isEmbedded, asked }
}

const NEVER_ABORTED = new AbortController().signal

/** The first answer is kept when the time for the ticket is over, or the model has become unavailable since. */
async function askAgain(ask: () => Promise<Classified>): Promise<Classified> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    return { answer: null, because: error.message, steps: [] }
  }
}

/** Why a value must not be used, by field. */
type Doubts = Record<string, string>

const SUSPICIOUS = 'text that only names labels or instructs the classifier'

const dependsOn = (field: string, value: string, text: string, without: string | undefined) =>
  `${field} ${value}: depends on ${text}; without it ${field} ${without ? `would be ${without}` : 'is not decided'}`

const couldNotRecheck = (field: string, value: string, text: string, { unavailable }: { unavailable: string }) =>
  `${field} ${value}: could not be re-checked without ${text} (${unavailable})`

/** Doubts the values that change without the suspicious parts of the ticket. */
async function doubtInjection(
  { cleaned, namedValues, strong }: Injection,
  verdict: Verdict,
  judge: Judges['byClassifier'],
): Promise<Doubts> {
  // A weak finding counts only against the values that it names.
  const suspects = Object.entries(verdict.values).filter((pair) => strong || namedValues.has(pair.join('/')))
  const doubts: Doubts = {}
  for (const part of suspects.length > 0 ? cleaned : []) {
    const other = await judge(part)
    for (const [field, value] of suspects)
      if ('unavailable' in other) doubts[field] ??= couldNotRecheck(field, value, SUSPICIOUS, other)
      else if (other.values[field] !== value && (strong || isSure(other, field)))
        doubts[field] ??= dependsOn(field, value, SUSPICIOUS, other.values[field])
  }
  return doubts
}

/** The field passed its threshold, or a rule decided it. */
const isSure = (verdict: Verdict, field: string) => verdict.gates.every((gate) => gate.field !== field || gate.passed)

/** The confidence at which the rest of a ticket contradicts the whole. */
const CONTRADICTS_AT = 0.8
const MOST_PARAGRAPHS = 12
/** A longer paragraph leaves too little text to decide from, such as a greeting. */
const LONGEST_SHARE = 0.65

/**
 * Doubts the values that depend on a single paragraph, for injected text that does not look suspicious. Single sentences were
 * tried too: a third of the honest tickets depend on one. Another classifier than the embedded one is asked only about parts
 * where the embedded one changes its answer.
 */
async function doubtParagraphs(
  prepared: Prepared,
  verdict: Verdict,
  { byClassifier, byEmbedded, isEmbedded }: Judges,
): Promise<Doubts> {
  const doubts: Doubts = {}
  const paragraphs = prepared.text.split(/\n{2,}/)
  if (!byEmbedded || paragraphs.length < 2 || paragraphs.length > MOST_PARAGRAPHS) return doubts
  const whole = isEmbedded ? verdict : await byEmbedded(prepared)
  for (const paragraph of paragraphs) {
    if (paragraph.length > LONGEST_SHARE * prepared.text.length) continue
    const remaining = { ...prepared, text: paragraphs.filter((each) => each !== paragraph).join('\n\n') }
    const rest = await byEmbedded(remaining)
    const suspects = Object.entries(verdict.values).filter(
      ([field]) =>
        rest.values[field] !== whole.values[field] &&
        // A person gave this value to a ticket with the same words.
        verdict.sources[field] !== 'memory' &&
        confidenceIn(rest, field) >= CONTRADICTS_AT,
    )
    if (suspects.length === 0) continue
    const other = isEmbedded ? rest : await byClassifier(remaining)
    for (const [field, value] of suspects)
      if ('unavailable' in other) doubts[field] ??= couldNotRecheck(field, value, 'one paragraph', other)
      else if (other.values[field] !== value)
        doubts[field] ??= dependsOn(field, value, 'one paragraph', other.values[field])
  }
  return doubts
}

const confidenceIn = (verdict: Verdict, field: string) =>
  verdict.gates.find((gate) => gate.field === field)?.confidence ?? 0

/** Adds the tokens, the time and the trace steps of the further questions to the first answer. */
function addAsked({ answer, steps, ...rest }: Classified, asked: Classified[]): Classified {
  if (asked.length === 0) return { answer, steps, ...rest }
  const answers = [answer, ...asked.map((again) => again.answer)].filter((each): each is Answer => each !== null)
  const answered = asked.filter((again) => again.answer !== null).length
  return {
    ...rest,
    answer: answer && {
      ...answer,
      tokens: totalTokens(answers),
      ms: answers.reduce((ms, each) => ms + each.ms, 0),
    },
    steps: [
      ...steps,
      ...(answered > 0
        ? [`asked again ${answered === 1 ? 'once' : `${answered} times`} about parts of the ticket`]
        : []),
      ...asked.filter((again) => !again.answer).map(({ because }) => `asked again, without an answer: ${because}`),
    ],
  }
}

function totalTokens(answers: Answer[]): Answer['tokens'] {
  const tokens = answers.flatMap((answer) => answer.tokens ?? [])
  if (tokens.length === 0) return null
  const sum = (kind: 'prompt' | 'completion' | 'cached') => tokens.reduce((total, each) => total + each[kind], 0)
  return { prompt: sum('prompt'), completion: sum('completion'), cached: sum('cached') }
}
