/**
 * Precision and recall of masking on lines written for it, by kind. A span counts as found when every character of it is hidden,
 * whatever it is called: what matters is that it does not leave. What is hidden elsewhere counts against precision.
 */
import { readFile } from 'node:fs/promises'
import { mask } from '../../src/triage/mask/index.ts'

type Line = { id: string; lang: string; text: string; spans: { kind: string; start: number; end: number }[] }
type Tally = { n: number; found: number; hidden: number; right: number; rightKind: number }

export async function run(args: string[]): Promise<void> {
  const source = await readFile(new URL('data/masking.jsonl', import.meta.url), 'utf8')
  const lines = source
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
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
      else faults.push(`missed ${span.kind} in ${line.id}: ${line.text.slice(span.start, span.end)} | ${line.text}`)
    }
    for (const each of hidden) {
      const label = line.spans.find((span) => span.start < each.end && each.start < span.end)
      tally(each.kind).hidden++
      if (label) tally(each.kind).right++
      else faults.push(`needless ${each.kind} in ${line.id}: ${line.text.slice(each.start, each.end)} | ${line.text}`)
      if (label?.kind === each.kind) tally(each.kind).rightKind++
    }
  }
  // The first pass above has compiled the patterns.
  const start = performance.now()
  for (const line of lines) mask(line.text)
  const ms = performance.now() - start
  const rows = [...tallies].sort().map(([kind, each]) => ({ kind, ...each }))
  const total = rows.reduce((sum, row) => ({
    kind: 'all',
    n: sum.n + row.n,
    found: sum.found + row.found,
    hidden: sum.hidden + row.hidden,
    right: sum.right + row.right,
    rightKind: sum.rightKind + row.rightKind,
  }))
  const figures = [...rows, total].map((row) => ({
    kind: row.kind,
    n: row.n,
    recall: row.n ? row.found / row.n : 1,
    hidden: row.hidden,
    precision: row.hidden ? row.right / row.hidden : 1,
    namedRight: row.hidden ? row.rightKind / row.hidden : 1,
  }))
  if (args.includes('--json')) {
    console.log(JSON.stringify({ lines: lines.length, microsPerLine: Math.round((1000 * ms) / lines.length), figures }))
    return
  }
  console.log(`Masking: ${lines.length} lines, ${Math.round((1000 * ms) / lines.length)} us a line`)
  console.log('kind        n  recall  hidden  precision  named right')
  for (const row of figures)
    console.log(
      `${row.kind.padEnd(9)}${String(row.n).padStart(4)}${percent(row.recall)}${String(row.hidden).padStart(8)}${percent(row.precision).padStart(11)}${percent(row.namedRight).padStart(13)}`,
    )
  if (args.includes('--faults')) for (const fault of faults) console.log(fault)
}

/** Where the masked text has placeholders, in places of the original. */
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

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`.padStart(8)
}
