import { styleText } from 'node:util'
import { SingleBar } from 'cli-progress'
import type { decisions } from '../db/index.ts'
import type { Summary } from './index.ts'

export type Screen = ReturnType<typeof openScreen>

type Line = {
  source: string
  key: string
  subject: string
  text: string
  outcome: string
  decision: typeof decisions.$inferSelect
  ms: number
}

const COLOURS = {
  applied: 'green',
  suggested: 'cyan',
  hold: 'yellow',
  skip: 'gray',
  skipped: 'gray',
  failed: 'red',
} as const
const WORDS: Record<string, string> = { hold: 'held', skip: 'skipped' }

/** What a person sees on a terminal. With `json`, all of it goes to stderr and one JSON line to stdout. */
export function openScreen(json: boolean) {
  const out = json ? process.stderr : process.stdout
  const print = (line = '') => out.write(`${line}\n`)
  const paint = (style: Parameters<typeof styleText>[0], text: string) => styleText(style, text, { stream: out })
  return {
    say: (text: string) => print(paint('dim', text)),
    bar(label: string) {
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
    },
    heading(tickets: number, classifier: string) {
      print()
      print(paint('bold', `${tickets} unseen tickets through Jira and Zendesk, sorted by ${classifier}`))
      print(
        paint(
          'dim',
          `${'source'.padEnd(8)}${'key'.padEnd(15)}${'ticket'.padEnd(42)}${'outcome'.padEnd(10)}decided, with confidence → route`,
        ),
      )
    },
    ticket({ source, key, subject, text, outcome, decision, ms }: Line) {
      const shown = cut(subject || text, 40)
      const word = (WORDS[outcome] ?? outcome).padEnd(10)
      const values = Object.entries(decision.values)
        .filter(([field]) => field !== 'sentiment')
        .map(([field, value]) => `${value}${confidence(decision, field)}`)
        .join(' · ')
      const route = decision.route
        ? ` → ${[decision.route.group, decision.route.assignee].filter(Boolean).join(' / ')}`
        : ''
      const why = outcome === 'applied' || outcome === 'suggested' ? '' : paint('dim', `  ${cut(decision.reason, 60)}`)
      const colour = COLOURS[outcome as keyof typeof COLOURS] ?? 'white'
      print(
        `${source.padEnd(8)}${key.padEnd(15)}${shown.padEnd(42)}${paint(colour, word)}${values}${route}${why}  ${paint('dim', `${Math.round(ms)} ms`)}`,
      )
    },
    summary(summary: Summary) {
      const { events, applied, suggested, held, skipped, failed, waiting, overrides, seconds } = summary
      print()
      print(
        paint(
          'bold',
          `${events} events in = ${applied} applied + ${suggested} suggested + ${held} held + ${skipped} skipped + ${failed} failed + ${waiting} waiting`,
        ),
      )
      print(
        summary.balanced
          ? paint('green', 'The ledger balances: nothing was lost.')
          : paint('red', `The ledger does not balance: ${summary.lost} lost.`),
      )
      print(
        `${overrides} fields corrected by agents afterwards; ${seconds} s in all. The tickets are synthetic: the figures show the line at work, not your desk.`,
      )
      for (const [field, { n, accuracy }] of Object.entries(summary.accuracy))
        print(`  ${field.padEnd(10)} right in ${(accuracy * 100).toFixed(1)} % (n = ${n})`)
      if (json) process.stdout.write(`${JSON.stringify(summary)}\n`)
    },
    stay(url: string, dataDir: string) {
      print()
      print(`The service stays up: ${paint('bold', `${url}/docs`)} (data in ${dataDir}). Ctrl-C ends it.`)
    },
  }
}

function confidence({ answers, sources }: Line['decision'], field: string): string {
  if (sources[field] === 'rule') return ' (rule)'
  const said = answers[field]
  const p = said?.calibrated ?? said?.raw
  return p === null || p === undefined ? '' : ` ${p.toFixed(2)}`
}

function cut(text: string, length: number): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  const letters = [...flat]
  return letters.length > length ? `${letters.slice(0, length - 1).join('')}…` : flat
}
