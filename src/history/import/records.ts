/** Reads the records of a CSV or JSONL file one by one; what cannot be read is a fault of its row. */
import { Readable } from 'node:stream'
import { type CsvError, parse } from 'csv-parse'
import { textOf } from './decode.ts'

/** `row` counts from 1, without the header. `raw`: the record as it stands in the file. `head`: the header of a CSV file. */
export type FileRecord = { row: number; line: number; raw: string; head?: { text: string; delimiter: string } } & (
  | { values: Record<string, unknown> }
  | { fault: string }
)

export type FileKind = 'csv' | 'jsonl'

export function readRecords(path: string, kind: FileKind, encoding: string): AsyncGenerator<FileRecord> {
  return kind === 'csv' ? csvRecords(path, encoding) : jsonRecords(path, encoding)
}

const DELIMITERS = [',', ';', '\t']

async function* csvRecords(path: string, encoding: string): AsyncGenerator<FileRecord> {
  const lines = openLines(textOf(path, encoding))
  const first = await lines.header()
  if (first === null) return
  const head = { text: first, delimiter: delimiterOf(first) }
  const parser = parse({
    delimiter: head.delimiter,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    raw: true,
    // A broken record is told by its number, and the next one is read.
    skip_records_with_error: true,
  })
  const broken: { line: number; fault: string }[] = []
  parser.on('skip', (error: CsvError & { lines?: number }) =>
    broken.push({ line: error.lines ?? 0, fault: said(error) }),
  )
  Readable.from(lines.all()).pipe(parser)
  let header: string[] | null = null
  let row = 0
  const faultsBefore = function* (line: number): Generator<FileRecord> {
    // The parser is ahead of us: a broken record is told in its place, as it is in the file.
    while (broken[0] && broken[0].line < line) {
      const fault = broken.shift()!
      yield { row: ++row, raw: lines.upTo(fault.line), head, ...fault }
    }
  }
  for await (const part of parser) {
    const { record, info, raw } = part as { record: string[]; info: { lines: number }; raw: string }
    yield* faultsBefore(info.lines)
    lines.upTo(info.lines)
    if (header === null) {
      header = record.map((name) => name.trim())
      continue
    }
    const at = { row: ++row, line: info.lines, raw, head }
    const names: string[] = header
    if (record.length !== names.length)
      yield { ...at, fault: `it has ${record.length} columns, and the header has ${names.length}` }
    else yield { ...at, values: Object.fromEntries(names.map((name, n) => [name, record[n]!])) }
  }
  yield* faultsBefore(Number.POSITIVE_INFINITY)
}

/** The text as it passes by, and its lines for as long as they may be asked for. */
function openLines(pieces: AsyncGenerator<string>) {
  let start = ''
  let kept: string[] = []
  let told = 0
  return {
    async header(): Promise<string | null> {
      while (!start.includes('\n')) {
        const { value, done } = await pieces.next()
        if (done) break
        start += value
      }
      return start.trim() === '' ? null : start.split('\n')[0]!.replace(/^\uFEFF|\r$/g, '')
    },
    async *all(): AsyncGenerator<string> {
      let rest = ''
      const pass = (text: string) => {
        const lines = (rest + text).split('\n')
        rest = lines.pop()!
        kept.push(...lines)
        return text
      }
      yield pass(start)
      for await (const piece of pieces) yield pass(piece)
      kept.push(rest)
    },
    /** The lines after those that were asked for before, up to this one. */
    upTo(line: number): string {
      const some = kept.slice(0, Math.max(0, line - told))
      kept = kept.slice(some.length)
      told += some.length
      return some.join('\n')
    },
  }
}

/** Excel writes semicolons where the comma is the decimal sign. */
function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  const count = (sign: string) => bare.split(sign).length
  return DELIMITERS.reduce((best, one) => (count(one) > count(best) ? one : best))
}

function said({ code, message }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quoted value is never closed'
  if (code === 'INVALID_OPENING_QUOTE' || code === 'CSV_INVALID_CLOSING_QUOTE')
    return 'a quote stands where none may be: double the quotes inside a value'
  return message.slice(0, 200)
}

async function* jsonRecords(path: string, encoding: string): AsyncGenerator<FileRecord> {
  let row = 0
  let line = 0
  for await (const raw of linesOf(textOf(path, encoding))) {
    line++
    if (raw.trim() === '') continue
    const at = { row: ++row, line, raw }
    try {
      const values: unknown = JSON.parse(raw)
      if (typeof values === 'object' && values !== null && !Array.isArray(values))
        yield { ...at, values: values as Record<string, unknown> }
      else yield { ...at, fault: 'it is not a JSON object' }
    } catch {
      yield { ...at, fault: 'it is not JSON' }
    }
  }
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + piece).split(/\r?\n/)
    rest = lines.pop()!
    yield* lines
  }
  if (rest !== '') yield rest
}
