/**
 * `npm run bench -- promise`: is what was asked for kept? Models are trained on draws of labelled tickets; each is applied to
 * the test tickets at the threshold that its own record proves, and at fixed thresholds. A draw is broken when the applied
 * values are right less often than was asked for, by more than a point.
 *
 * Then a desk is simulated that loses 6 points of accuracy in a month: how soon is its promise kept again?
 *
 * `--data DIR`, `--sets a,b`, `--sizes 50,100`, `--precision 0.95`, `--parts draws,drift`.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { promise } from '../../src/classifiers/calibration/index.ts'
import { UNFAMILIAR } from '../../src/classifiers/embedded/as-classifier.ts'
import { type EmbeddedModel, train } from '../../src/classifiers/embedded/index.ts'
import { seeded } from '../../src/classifiers/embedded/random.ts'
import type { Handled, LabelledTicket } from '../../src/contract/index.ts'
import { wilson } from '../../src/training/metrics.ts'
import { DATA_FOLDER, drawTickets, findSets, type LabelledSet, labelled, loadSet } from './data/labelled-sets.ts'
import { FOREIGN_STREAM, MAIN_LABELS } from './data/quality-reference.ts'

/** Labels -> how many draws of each set. */
const DRAWS: Record<number, number> = { 50: 4, 100: 4, 300: 4, 1000: 2, 3000: 1 }
const MOST_TESTED = 2000
const FIXED = [0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.99]
/** One draw of ten may be broken. */
const ALLOWED = 0.1
const SLACK = 0.01

type Draw = { set: string; size: number; ours: Applied; fixed: Applied[] }
type Applied = { n: number; of: number; right: number }

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string', default: DATA_FOLDER },
      sets: { type: 'string' },
      sizes: { type: 'string', default: Object.keys(DRAWS).join() },
      precision: { type: 'string', default: '0.95' },
      parts: { type: 'string', default: 'draws,drift' },
    },
  })
  const asked = Number(values.precision)
  const parts = values.parts.split(',')
  if (parts.includes('drift')) printDrift(asked)
  if (!parts.includes('draws')) return
  const sizes = values.sizes.split(',').map(Number)
  const draws: Draw[] = []
  for (const set of await findSets(values.data, values.sets?.split(','))) {
    const data = await loadSet(join(values.data, set))
    for (const label of MAIN_LABELS[set] ?? ['category'])
      for (const size of sizes) draws.push(...drawsOf(`${set} / ${label}`, label, data, size, asked))
  }
  if (draws.length > 0) print(draws, sizes, asked)
}

function drawsOf(set: string, label: string, data: LabelledSet, size: number, asked: number): Draw[] {
  const isForeign = FOREIGN_STREAM.some((name) => set.startsWith(name))
  const test = labelled(data.test, label)
  const pool = isForeign ? test : labelled(data.train, label)
  if (size > pool.length / (isForeign ? 2 : 1)) return []
  console.error(`${set}: ${size} labels`)
  const draws: Draw[] = []
  for (let seed = 1; seed <= (DRAWS[size] ?? 1); seed++) {
    const drawn = drawTickets(pool, size, seed * 7919 + size)
    // where other people write the new tickets, the training tickets are examples, and handled are some of the new ones
    const examples = isForeign ? labelled(data.train, label).map((ticket) => ({ ...ticket, handled: false })) : []
    const unseen = isForeign ? test.filter((ticket) => !drawn.includes(ticket)) : drawTickets(test, MOST_TESTED, 99)
    draws.push({ set, size, ...judgeDraw(train([...examples, ...drawn], [label]), label, unseen, asked) })
  }
  return draws
}

type Judged = { confidence: number; right: boolean; doubted: boolean }

function judgeDraw(
  model: EmbeddedModel,
  label: string,
  unseen: LabelledTicket[],
  asked: number,
): Pick<Draw, 'ours' | 'fixed'> {
  const judged = unseen.map((ticket): Judged => {
    const { value, calibrated, outOfScope } = model.classify(ticket, { explain: false })[label]!
    return { confidence: calibrated!, right: value === ticket.labels[label], doubted: outOfScope > UNFAMILIAR }
  })
  const { threshold } = promise(model.record(label), asked)
  return {
    ours: appliedFrom(judged, threshold ?? Number.POSITIVE_INFINITY),
    fixed: FIXED.map((fixed) => appliedFrom(judged, fixed)),
  }
}

function appliedFrom(judged: Judged[], threshold: number): Applied {
  const applied = judged.filter(({ confidence, doubted }) => !doubted && confidence >= threshold)
  return { n: applied.length, of: judged.length, right: applied.filter(({ right }) => right).length }
}

function print(draws: Draw[], sizes: number[], asked: number): void {
  const isBroken = ({ n, right }: Applied) => n > 0 && right / n < asked - SLACK
  const broken = (all: Applied[]) => all.filter(isBroken).length
  const coverage = (all: Applied[]) => all.reduce((sum, { n, of }) => sum + n / of, 0) / all.length
  const precision = (all: Applied[]) => {
    const n = all.reduce((sum, each) => sum + each.n, 0)
    return n > 0 ? pct(all.reduce((sum, each) => sum + each.right, 0) / n) : '-'
  }
  console.log(`asked for: ${pct(asked)} %; a draw is broken below ${pct(asked - SLACK)} %`)
  console.log(
    'labels  draws  broken            applied  right    nothing applied  best fixed threshold with one broken of ten or fewer',
  )
  for (const group of [...sizes.map((size) => draws.filter((draw) => draw.size === size)), draws]) {
    if (group.length === 0) continue
    const ours = group.map((draw) => draw.ours)
    const best = FIXED.map((threshold, k) => ({ threshold, all: group.map(({ fixed }) => fixed[k]!) }))
      .filter(({ all }) => broken(all) / all.length <= ALLOWED)
      .sort((a, b) => coverage(b.all) - coverage(a.all))[0]
    const { high } = wilson(broken(ours), group.length)
    console.log(
      [
        (group === draws ? 'all' : String(group[0]!.size)).padStart(6),
        String(group.length).padStart(6),
        `${broken(ours)} (${pct(broken(ours) / group.length)} %, up to ${pct(high)})`.padEnd(20).padStart(21),
        `${pct(coverage(ours))} %`.padStart(7),
        `${precision(ours)} %`.padStart(8),
        `${ours.filter(({ n }) => n === 0).length}`.padStart(8),
        best
          ? `        ${best.threshold}: applied ${pct(coverage(best.all))} %, broken ${broken(best.all)}`
          : '        none',
      ].join(' '),
    )
  }
  for (const { set, size, ours } of draws.filter((draw) => isBroken(draw.ours)))
    console.log(`  broken: ${set}, ${size} labels: ${ours.right} of ${ours.n} right`)
}

/** Handled tickets of a month, and how many a record keeps. */
const MONTH = 1000
const KEPT = 1000
const SIMULATED = 40
/** Confidences of a desk that is right in 83 %; half of its tickets are sure. */
const CONFIDENCES = [0.5, 0.7, 0.85, 0.93, 0.97, 0.98, 0.99, 0.995]

/** How far log odds fall where accuracy falls by six points: the sure tickets lose less. */
const SHIFT = 0.6
const afterDrift = (confidence: number, month: number) =>
  1 / (1 + ((1 - confidence) / confidence) * Math.exp(SHIFT * Math.min(1, Math.max(0, month))))

/** Accuracy falls evenly for a month, and stays there; nothing is trained again. */
function printDrift(asked: number): void {
  const rows = Array.from({ length: 31 }, (_, k) => ({ after: k * 100, kept: 0, applied: 0, told: 0 }))
  const back: number[] = []
  for (let seed = 1; seed <= SIMULATED; seed++) {
    const random = seeded(seed)
    const handled: Handled[] = []
    let broken = false
    let kept = 0
    for (let i = -MONTH; i <= 3 * MONTH; i++) {
      const truth = (confidence: number) => afterDrift(confidence, i / MONTH)
      if (i >= 0 && i % 100 === 0) {
        const { threshold, newest } = promise({ handled: handled.slice(-KEPT), calibrated: true }, asked)
        const above = CONFIDENCES.filter((confidence) => threshold !== null && confidence >= threshold)
        const precision = above.reduce((sum, confidence) => sum + truth(confidence), 0) / Math.max(1, above.length)
        const isKept = above.length === 0 || precision >= asked - SLACK
        const row = rows[i / 100]!
        row.applied += above.length / CONFIDENCES.length / SIMULATED
        row.kept += isKept ? 1 : 0
        row.told += newest === undefined ? 0 : 1
        if (!isKept) {
          broken = true
          kept = 0
        } else if (kept === 0) kept = i
      }
      const confidence = CONFIDENCES[random.below(CONFIDENCES.length)]!
      const right = random.below(10_000) < 10_000 * truth(confidence)
      handled.push({ confidence, value: right ? 'right' : 'wrong', expected: 'right' })
    }
    if (broken) back.push(kept)
  }
  console.log(
    `a desk that loses 6 points of accuracy within ${MONTH} handled tickets, ${SIMULATED} times, ${pct(asked)} % asked for`,
  )
  console.log('handled tickets since it began  promise kept  applied  says that it shrank')
  for (const { after, kept, applied, told } of rows.filter((_, k) => k % 2 === 0))
    console.log(
      `${String(after).padStart(30)}  ${`${kept} of ${SIMULATED}`.padStart(12)}  ${`${pct(applied)} %`.padStart(7)}  ${told}`,
    )
  back.sort((a, b) => a - b)
  const at = (share: number) => back[Math.min(back.length - 1, Math.floor(share * back.length))]
  console.log(`kept again for good after ${at(0.5)} handled tickets in half of them, after ${at(0.9)} in nine of ten\n`)
}

const pct = (value: number) => (100 * value).toFixed(1)
