/**
 * Rules, classifier and decide for one prepared ticket, with the question whether the ticket itself told them what to say: what
 * would not be decided without words that only name labels or give orders waits for a person.
 */
import type { Answer, Classifier, Prepared, Taxonomy } from '../ticket.ts'
import type { Classified } from './classify.ts'
import { decide, type Policy, type Verdict } from './decide.ts'
import type { Ruled } from './rules/index.ts'
import { type Scrutiny, scrutinise } from './scrutiny/index.ts'

type Needs = {
  rule(prepared: Prepared): Ruled
  ask(prepared: Prepared, haste: { guarded: boolean }): Promise<Classified>
  /** Answers at no cost, so it is asked for parts of the ticket too, and shows where another classifier is worth asking again. */
  embedded: Classifier | null
}

export type Weighed = { verdict: Verdict; ruled: Ruled; classified: Classified; scrutiny: Scrutiny }

/** What `ask` throws passes through. */
export async function weigh(
  prepared: Prepared,
  { rule, ask, embedded }: Needs,
  policy: Policy & { taxonomy: Taxonomy },
): Promise<Weighed> {
  const ruled = rule(prepared)
  const scrutiny = scrutinise(prepared, policy.taxonomy)
  if (ruled.skip) {
    const classified = { answer: null, steps: ['not asked: a rule skips the ticket'] }
    return { verdict: decide({ ruled, answer: null }, policy), ruled, classified, scrutiny }
  }
  const { told, readings } = scrutiny
  const haste = { guarded: ruled.guards.length > 0 }
  const classified = await ask(told ? (readings.at(-1) ?? prepared) : prepared, haste)
  const evidence = { ruled, answer: classified.answer, because: classified.because }
  if (told) return { verdict: decide({ ...evidence, distrust: TOLD }, policy), ruled, classified, scrutiny }
  const verdict = decide(evidence, policy)
  // What waits for a person anyway needs no second look.
  if (verdict.plan === 'hold') return { verdict, ruled, classified, scrutiny }
  const own = classified.answer?.source === 'embedded'
  const more: (Answer | null)[] = []
  const judged = async (reading: Prepared, by: 'scout' | 'classifier') => {
    const answer =
      by === 'scout' ? await embedded!.classify(reading, policy.taxonomy, NEVER) : (await ask(reading, haste)).answer
    if (by === 'classifier') more.push(answer)
    return decide({ ruled: { ...rule(reading), skip: null }, answer }, policy)
  }
  const doubts: Record<string, string> = {}
  // Words that name none of the decided values cannot be what these hang on.
  const concerned = scrutiny.firm || Object.entries(verdict.values).some((pair) => scrutiny.names.has(pair.join('/')))
  for (const reading of concerned ? readings : []) {
    const other = await judged(reading, own && embedded ? 'scout' : 'classifier')
    for (const [field, value] of Object.entries(verdict.values)) {
      if (other.values[field] === value) continue
      if (scrutiny.firm || (scrutiny.names.has(`${field}/${value}`) && isSure(other, field)))
        doubts[field] ??= hangs(field, value, other.values[field])
    }
  }
  if (embedded) await contradict(doubts, prepared, verdict, own, judged)
  const doubted = Object.keys(doubts).length > 0
  return {
    verdict: doubted ? decide({ ...evidence, doubts }, policy) : verdict,
    ruled,
    classified: withMore(classified, more),
    scrutiny,
  }
}

/** What was asked again costs tokens and time too, and is said in the trace. */
function withMore({ answer, steps, ...rest }: Classified, more: (Answer | null)[]): Classified {
  if (more.length === 0) return { answer, steps, ...rest }
  const all = [answer, ...more].filter((each) => each !== null)
  const tokens = all.flatMap((each) => each.tokens ?? [])
  const sum = (of: 'prompt' | 'completion' | 'cached') => tokens.reduce((total, each) => total + each[of], 0)
  const total =
    tokens.length > 0 ? { prompt: sum('prompt'), completion: sum('completion'), cached: sum('cached') } : null
  return {
    ...rest,
    answer: answer && { ...answer, tokens: total, ms: all.reduce((ms, each) => ms + each.ms, 0) },
    steps: [...steps, `asked again ${more.length === 1 ? 'once' : `${more.length} times`} for parts of the ticket`],
  }
}

/** Passed its threshold, or came from a rule. */
const isSure = (verdict: Verdict, field: string) => verdict.gates.every((gate) => gate.field !== field || gate.passed)

const NEVER = new AbortController().signal

const TOLD = 'the ticket tells the classifier what to answer: the values are proposed without those words'

const hangs = (field: string, value: string, other: string | undefined) =>
  `${field} ${value}: it hangs on words that only name labels or tell what to answer; without them it ${other ? `would be ${other}` : 'is not decided'}`

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
  own: boolean,
  judged: (reading: Prepared, by: 'scout' | 'classifier') => Promise<Verdict>,
): Promise<void> {
  const paragraphs = prepared.text.split(/\n{2,}/)
  if (paragraphs.length < 2 || paragraphs.length > MOST_PARAGRAPHS) return
  const whole = own ? verdict : await judged(prepared, 'scout')
  for (const left of paragraphs) {
    if (left.length > MOST_OF * prepared.text.length) continue
    const reading = { ...prepared, text: paragraphs.filter((each) => each !== left).join('\n\n') }
    const rest = await judged(reading, 'scout')
    const against = Object.keys(verdict.values).filter(
      (field) =>
        rest.values[field] !== whole.values[field] &&
        // What a person said of a ticket with the same words stands.
        verdict.sources[field] !== 'memory' &&
        (rest.gates.find((gate) => gate.field === field)?.confidence ?? 0) >= SURE,
    )
    if (against.length === 0) continue
    const other = own ? rest : await judged(reading, 'classifier')
    for (const field of against)
      if (other.values[field] !== verdict.values[field])
        doubts[field] ??=
          `${field} ${verdict.values[field]}: one paragraph says so, the rest of the ticket says ${other.values[field] ?? 'nothing'}`
  }
}
