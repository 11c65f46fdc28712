/** A piece of text to mask: its position and kind. */
export type Span = { start: number; end: number; kind: string }

/** Finds spans of one kind. Must be linear in the length of the text, because customers send megabytes. */
export type Detector = (text: string, taken: Taken) => Span[]

/**
 * The characters that are taken. A later detector cannot claim what an earlier one has claimed; `shield` keeps number detectors
 * away from a place, such as the path of a URL, without masking it.
 */
export class Taken {
  private readonly marks: Uint8Array

  constructor(length: number) {
    this.marks = new Uint8Array(length)
  }

  /** Claims a span and returns its free parts: when two spans overlap, the rest of the second must be masked too. */
  claim(text: string, { start, end, kind }: Span): Span[] {
    const free: Span[] = []
    for (let at = start; at < end; at++) {
      if (this.marks[at] === CLAIMED) continue
      const from = at
      while (at < end && this.marks[at] !== CLAIMED) this.marks[at++] = CLAIMED
      const part = text.slice(from, at)
      if (/[\p{L}\p{N}]/u.test(part))
        free.push({ start: from + part.length - part.trimStart().length, end: from + part.trimEnd().length, kind })
    }
    return free
  }

  /** Closes a place to detectors that ask `busy`; the others can still claim it. */
  shield(start: number, end: number): void {
    for (let i = start; i < end; i++) if (this.marks[i] === FREE) this.marks[i] = SHIELDED
  }

  /** Is any character here claimed or shielded? */
  busy(start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (this.marks[i] !== FREE) return true
    return false
  }
}

const FREE = 0
const SHIELDED = 1
const CLAIMED = 2

/**
 * Spans of every match, or of its group `part`. The group must be the last in the match, or in a lookahead directly after it: the
 * `d` flag, which gives positions, would run every match twice.
 */
export function spansOf(text: string, pattern: RegExp, kind: string, part?: string): Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(pattern)) {
    const found = part ? match.groups?.[part] : match[0]
    if (!found) continue
    const at = match[0].lastIndexOf(found)
    const start = match.index + (at < 0 ? match[0].length : at)
    spans.push({ start, end: start + found.length, kind })
  }
  return spans
}

/** The text just before a place, in lower case. Its words show what a number is. */
export function before(text: string, at: number, length = 28): string {
  return text.slice(Math.max(0, at - length), at).toLowerCase()
}

/** A text escaped for use in a regular expression. */
export function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
