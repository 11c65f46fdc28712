import { styleText } from 'node:util'
import { SingleBar } from 'cli-progress'
import { headingLine, type Shown, ticketLine } from './line.ts'
import type { Summary } from './types.ts'

export type Screen = ReturnType<typeof openScreen>

const COLOURS: Record<string, Parameters<typeof styleText>[0]> = {
  applied: 'green',
  suggested: 'cyan',
  held: 'yellow',
  skipped: 'gray',
  failed: 'red',
}

/** Columns of a line where the output is no terminal. */
const DEFAULT_WIDTH = 80

/** What a person sees on a terminal. With `json`, all of it goes to stderr and one JSON line to stdout. */
export function openScreen(json: boolean) {
  const out = json ? process.stderr : process.stdout
  const print = (line = '') => out.write(`${line}\n`)
  const paint = (style: Parameters<typeof styleText>[0], text: string) => styleText(style, text, { stream: out })
  const width = () => (out.isTTY && out.columns > 0 ? out.columns : DEFAULT_WIDTH)
  return {
    say: (text: string) => print(paint('dim', text)),
    bar: (label: string) => openBar(out, label, print),
    heading(tickets: number, classifier: string) {
      print()
      print(paint('bold', `${tickets} unseen tickets through Jira and Zendesk, classified by ${classifier}`))
      print(paint('dim', headingLine(width())))
    },
    ticket(shown: Shown) {
      const { outcome, key, subject, decided } = ticketLine(shown, width())
      print(`${paint(COLOURS[shown.outcome] ?? 'white', outcome)}${key}${subject}${decided}`)
    },
    summary(summary: Summary) {
      for (const line of summaryLines(summary, paint)) print(line)
      if (json) process.stdout.write(`${JSON.stringify(summary)}\n`)
    },
    /** `link`: signs in once. */
    page(link: string) {
      print()
      print(`The admin page: ${paint('bold', link)}`)
    },
    stay(url: string, link: string, dataDir: string) {
      print()
      print(`The service keeps running (data in ${dataDir}). Ctrl-C stops it.`)
      print(`The admin page: ${paint('bold', link)} (signs in once)`)
      print(`The API: ${paint('bold', `${url}/docs`)}`)
    },
  }
}

function openBar(out: NodeJS.WriteStream, label: string, print: (line: string) => void) {
  if (!out.isTTY) {
    print(`${label} ...`)
    return { update: (_share: number) => {}, end: () => {} }
  }
  const bar = new SingleBar({
    format: `${label} [{bar}] {percentage} %`,
    stream: out,
    hideCursor: true,
    clearOnComplete: false,
  })
  bar.start(100, 0)
  return { update: (share: number) => bar.update(Math.round(share * 100)), end: () => bar.stop() }
}

function summaryLines(
  summary: Summary,
  paint: (style: Parameters<typeof styleText>[0], text: string) => string,
): string[] {
  const { events, applied, suggested, held, skipped, failed, waiting, overrides, seconds } = summary
  const became = { applied, suggested, held, skipped, failed, waiting }
  const parts = Object.entries(became).map(([outcome, n]) => `${n} ${outcome}`)
  return [
    '',
    paint('bold', `${events} events in = ${parts.slice(0, 3).join(' + ')}`),
    paint('bold', `  + ${parts.slice(3).join(' + ')}`),
    summary.balanced
      ? paint('green', 'The ledger balances: nothing was lost.')
      : paint('red', `The ledger does not balance: ${summary.lost} lost.`),
    `${overrides} fields corrected by agents afterwards; ${seconds} s in all.`,
    'The tickets are synthetic: these figures say nothing about your own tickets.',
    ...Object.entries(summary.accuracy).map(
      ([field, { n, accuracy }]) => `  ${field.padEnd(10)} right in ${(accuracy * 100).toFixed(1)} % (n = ${n})`,
    ),
  ]
}
