import type { Dropped } from './dropped.ts'

/** A stack frame in the usual languages. */
const FRAME =
  /^\s{0,40}(?:at [\w$.<>[\]/ @:\\~-]{2,200}(?:\(.{0,300}\))?(?:[: ]\d{1,7}){0,2}(?: ~?\[.{1,200}\])?|at .{2,300}(?: in .{2,300}:line \d{1,7})|File ".{1,300}", line \d{1,7}(?:, in .{1,200})?|#\d{1,4} .{2,300}|\.{3} \d{1,5} (?:more|common frames omitted)|from .{2,200}:\d{1,7}:in .{1,200}|[\w./\\-]{2,200}\.(?:go|rs|py|rb|php|js|ts|java|kt|cs|c|cpp|h):\d{1,7}.{0,200}|goroutine \d{1,9} \[.{1,60}\]:|[\w.*()/-]{3,200}\(0x[0-9a-f, x.]{1,200}\))$/

/** A line that a program wrote: it starts with a time or a level. */
const LOG_LINE =
  /^[^\p{L}\n]{0,6}(?:\d{4}[-/.]\d\d[-/.]\d\d[T ,]{0,2}\d\d:\d\d|\d\d[-/.]\d\d[-/.]\d{2,4},? \d\d:\d\d:\d\d|\d\d:\d\d:\d\d[.,]\d{1,6}|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d\d:\d\d:\d\d|\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE)\]?[ :|\]]|\d{10,13} )/u
const FAILURE =
  /\b(?:error|fatal|critical|severe|exception|panic|fail(?:ed|ure)?|denied|refused|timed? ?out|unreachable|caused by|traceback|segfault|ошибк\p{L}*|сбой|отказ\p{L}*)\b|\b[A-Z]{2,10}[-_]?\d{3,6}\b|\b[45]\d\d\b/iu

/** Limits of the frames kept after each failure and of the lines kept of one log. */
const KEEP_FRAMES = 4
const KEEP_LINES = 10
const MIN_RUN = 6

/** Shortens stack traces and logs to their first and last lines, what failed, and each kind of line once. */
export function shortenLogs(text: string, dropped: Dropped): string {
  const out: string[] = []
  const lines = text.split('\n')
  const shapes = commonShapes(lines)
  const isMachine = (line: string) => isMachineLine(line) || shapes.has(kindOf(line))
  for (let i = 0; i < lines.length; ) {
    const end = runEnd(lines, i, isMachine)
    if (end - i < MIN_RUN) {
      out.push(...lines.slice(i, Math.max(end, i + 1)))
      i = Math.max(end, i + 1)
      continue
    }
    const run = lines.slice(i, end)
    const kept = shorten(run)
    dropped.add('log', length(run) - length(kept))
    out.push(...kept)
    i = end
  }
  return out.map((line) => (line.length > 600 && isMachineLine(line) ? cut(line, dropped) : line)).join('\n')
}

/** End of a run of machine lines. A single other line between them, such as the source line under a Python frame, belongs to it. */
function runEnd(lines: string[], from: number, isMachine: (line: string) => boolean): number {
  if (!isMachine(lines[from]!)) return from
  let end = from + 1
  while (end < lines.length) {
    if (isMachine(lines[end]!)) end++
    else if (
      end + 1 < lines.length &&
      lines[end + 1]!.trim() !== '' &&
      isMachine(lines[end + 1]!) &&
      !/[.!?]$/.test(lines[end]!.trim())
    )
      end += 2
    else break
  }
  return end
}

function isMachineLine(line: string): boolean {
  const head = line.slice(0, 500)
  return (
    FRAME.test(head) ||
    LOG_LINE.test(head) ||
    /^\s{0,20}(?:Caused by|Traceback|Exception in thread|[\w$.]{3,150}(?:Exception|Error)\b)/.test(head)
  )
}

/** Kinds of lines that repeat with different figures: a log in any format. */
function commonShapes(lines: string[]): Set<string> {
  const counts = new Map<string, number>()
  for (const line of lines) {
    if (line.length < MIN_SHAPE || !/(?:\d[^\d]*){3}|<[A-Z]+_\d+>/.test(line.slice(0, 300))) continue
    const kind = kindOf(line)
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return new Set([...counts].filter(([, n]) => n >= MIN_RUN).map(([kind]) => kind))
}

const MIN_SHAPE = 20

function shorten(run: string[]): string[] {
  const keep = new Set([0, 1, run.length - 2, run.length - 1])
  const kinds = new Set<string>()
  let frames = 0
  let lines = 0
  run.forEach((line, i) => {
    // Python prints the frame that failed last, just before the error.
    if (!FRAME.test(line.slice(0, 500)) && PYTHON.test(run[i - 2] ?? '') && !PYTHON.test(run[i + 1] ?? ''))
      for (const near of [i - 2, i - 1]) keep.add(near)
    const kind = kindOf(line)
    const isNew = !kinds.has(kind)
    kinds.add(kind)
    if (!isNew) return
    if (FRAME.test(line.slice(0, 500))) {
      // A library's frames are less informative than the customer's own, but they look alike: keep the first of each part.
      if (frames++ < KEEP_FRAMES) keep.add(i)
      return
    }
    if (FAILURE.test(line.slice(0, 600))) frames = 0
    if ((FAILURE.test(line.slice(0, 600)) && lines < 2 * KEEP_LINES) || lines < KEEP_LINES) {
      lines++
      keep.add(i)
    }
  })
  return run.filter((_, i) => keep.has(i))
}

const PYTHON = /^\s{0,40}File "/

/** A line without the parts that change between repeats. */
function kindOf(line: string): string {
  return (
    line
      .slice(0, 300)
      .replace(/<[A-Z]+_\d+>/g, '#')
      // Lines with different status codes are different kinds.
      .replace(/(?<=" |\b(?:status|code|error|errno|rc)\W{1,3})\d{3}\b/gi, (code) =>
        [...code].map((digit) => 'abcdefghij'[Number(digit)]).join(''),
      )
      .replace(/0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+/gi, '#')
  )
}

function cut(line: string, dropped: Dropped): string {
  const head = line.slice(0, 350).replace(/\S{0,40}$/, '')
  const tail = line.slice(-120).replace(/^\S{0,40}/, '')
  dropped.add('log', line.length - head.length - tail.length)
  return `${head} ... ${tail}`
}

function length(lines: string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0)
}
