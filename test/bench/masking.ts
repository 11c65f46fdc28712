/**
 * Precision and recall of masking by kind, one table for each set of lines. A span counts as found when every character of it is
 * masked, as whatever kind. Masked text without a label counts against precision. docs/measurements.md explains how the sets
 * were made and which figures are not optimistic.
 */
import { readFile } from 'node:fs/promises'
import { mask } from '../../src/text/index.ts'
import { wilson } from '../../src/training/metrics.ts'

type Line = { id: string; lang: string; text: string; spans: { kind: string; start: number; end: number }[] }
type Tally = { n: number; found: number; hidden: number; right: number; rightKind: number }
type Share = { value: number; low: number; high: number }
type Row = { kind: string; n: number; recall: Share; hidden: number; precision: Share; namedRight: number }
type Report = { set: string; about: string; lines: number; microsPerLine: number; figures: Row[]; faults: string[] }

/** Expect the recall and precision of the first pass: since then the detectors were improved on the set. */
const SETS = [
  { set: 'masking', about: 'the detectors were developed on it' },
  { set: 'masking-blind', about: 'first pass 83.4 / 95.3 %, detectors improved on it since' },
  { set: 'masking-blind-2', about: 'first pass 88.4 / 96.8 %, detectors improved on it since' },
  { set: 'masking-blind-3', about: 'first pass 89.6 / 99.2 %, detectors improved on it since' },
  { set: 'masking-blind-4', about: 'first pass 92.0 / 100 %, detectors improved on it since' },
]

export async function run(args: string[]): Promise<void> {
  const reports: Report[] = []
  for (const { set, about } of SETS) reports.push({ set, about, ...score(await linesOf(set)) })
  const ticket = await ticketOf(10_240)
  const ticketMs = fastest(() => mask(ticket), 20)
  if (args.includes('--json')) {
    console.log(JSON.stringify({ ticketMs, sets: reports.map(({ faults: _, ...report }) => report) }))
    return
  }
  for (const report of reports) print(report, args.includes('--faults'))
  console.log(`\nA ticket of 10 KB made of such lines: ${ticketMs.toFixed(1)} ms`)
}

async function linesOf(set: string): Promise<Line[]> {
  const source = await readFile(new URL(`data/${set}.jsonl`, import.meta.url), 'utf8')
  return source
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

function score(lines: Line[]): Omit<Report, 'set' | 'about'> {
  const tallies = new Map<string, Tally>()
  const tally = (kind: string) => {
    const known = tallies.get(kind) ?? { n: 0, found: 0, hidden: 0, right: 0, rightKind: 0 }
    tallies.set(kind, known)
    return known
  }
  const faults: string[] = []
  for (const line of lines) {
    const hidden = hiddenIn(line.text)
    for (const span of line.spans) {
      const covered = hidden.some((each) => each.start <= span.start && each.end >= span.end)
      tally(span.kind).n++
      if (covered) tally(span.kind).found++
      else faults.push(`missed: ${span.kind} in ${line.id}: ${line.text.slice(span.start, span.end)} | ${line.text}`)
    }
    for (const each of hidden) {
      const label = line.spans.find((span) => span.start < each.end && each.start < span.end)
      tally(each.kind).hidden++
      if (label) tally(each.kind).right++
      else
        faults.push(
          `masked without need: ${each.kind} in ${line.id}: ${line.text.slice(each.start, each.end)} | ${line.text}`,
        )
      if (label?.kind === each.kind) tally(each.kind).rightKind++
    }
  }
  const rows = [...tallies].sort(([a], [b]) => a.localeCompare(b)).map(([kind, each]) => row(kind, each))
  // The pass above has compiled the patterns already.
  const ms = fastest(() => {
    for (const line of lines) mask(line.text)
  }, 5)
  return {
    lines: lines.length,
    microsPerLine: Math.round((1000 * ms) / lines.length),
    figures: [...rows, row('all', sumOf([...tallies.values()]))],
    faults,
  }
}

function row(kind: string, { n, found, hidden, right, rightKind }: Tally): Row {
  return {
    kind,
    n,
    recall: { value: n ? found / n : 1, ...wilson(found, n) },
    hidden,
    precision: { value: hidden ? right / hidden : 1, ...wilson(right, hidden) },
    namedRight: hidden ? rightKind / hidden : 1,
  }
}

function sumOf(tallies: Tally[]): Tally {
  return tallies.reduce((sum, each) => ({
    n: sum.n + each.n,
    found: sum.found + each.found,
    hidden: sum.hidden + each.hidden,
    right: sum.right + each.right,
    rightKind: sum.rightKind + each.rightKind,
  }))
}

/** The spans that were masked, as positions in the original text. */
function hiddenIn(text: string): { kind: string; start: number; end: number }[] {
  const { text: after, masked } = mask(text)
  const spans: { kind: string; start: number; end: number }[] = []
  let at = 0
  let from = 0
  for (const match of after.matchAll(/<([A-Z][A-Z0-9]*)_\d+>/g)) {
    at += match.index - from
    const original = masked[match[0]] ?? match[0]
    spans.push({ kind: match[1]!, start: at, end: at + original.length })
    at += original.length
    from = match.index + match[0].length
  }
  return spans
}

/** A ticket of the given size, made of lines of all sets, so with as many personal data as a ticket can have. */
async function ticketOf(bytes: number): Promise<string> {
  const lines = (await Promise.all(SETS.map(({ set }) => linesOf(set)))).flat().map((line) => line.text)
  let ticket = ''
  for (let i = 0; Buffer.byteLength(ticket) < bytes; i++) ticket += `${lines[(i * 37) % lines.length]}\n`
  return ticket
}

/** On a busy machine the fastest of several runs is the best estimate of the cost. */
function fastest(work: () => void, runs: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < runs; i++) {
    const start = performance.now()
    work()
    best = Math.min(best, performance.now() - start)
  }
  return best
}

function print(report: Report, withFaults: boolean): void {
  console.log(`\n${report.set}: ${report.about}; ${report.lines} lines, ${report.microsPerLine} us a line`)
  console.log('kind        n                  recall  hidden               precision   right kind')
  for (const each of report.figures)
    console.log(
      [
        each.kind.padEnd(9),
        String(each.n).padStart(4),
        share(each.recall),
        String(each.hidden).padStart(8),
        share(each.precision),
        percent(each.namedRight).padStart(13),
      ].join(''),
    )
  if (withFaults) for (const fault of report.faults) console.log(fault)
}

function share({ value, low, high }: Share): string {
  return `${percent(value)} (${percent(low)} to ${percent(high)})`.padStart(24)
}

function percent(share: number): string {
  return (100 * share).toFixed(1)
}
