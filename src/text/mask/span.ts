/** A piece of text that must not leave: where it is and what it is. */
export type Span = { start: number; end: number; kind: string }

/** Finds spans of one kind. Must be linear in the length of the text: customers send megabytes. */
export type Detector = (text: string, taken: Taken) => Span[]

/**
 * Which characters are spoken for. A detector that runs later cannot claim what an earlier one has; `shield` keeps
 * number detectors out of a place (the path of a URL) without masking it.
 */
export class Taken {
  private readonly marks: Uint8Array

  constructor(length: number) {
    this.marks = new Uint8Array(length)
  }

  /** What of a span was still free: where two finds overlap in part, the rest of the second must not leak. */
  claim(text: string, { start, end, kind }: Span): Span[] {
    const free: Span[] = []
    for (let at = start; at < end; at++) {
      if (this.marks[at] === CLAIMED) continue
      const from = at
      while (at < end && this.marks[at] !== CLAIMED) this.marks[at++] = CLAIMED
      const said = text.slice(from, at)
      if (/[\p{L}\p{N}]/u.test(said))
        free.push({ start: from + said.length - said.trimStart().length, end: from + said.trimEnd().length, kind })
    }
    return free
  }

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
 * Spans of every match, or of the group `part` where only that is secret. The group stands last in the match, or in a
 * lookahead right behind it: the `d` flag would say where, and runs every match a second time for it.
 */
export function spansOf(text: string, pattern: RegExp, kind: string, part?: string): Span[] {
  const spans: Span[] = []
  for (const match of text.matchAll(pattern)) {
    const said = part ? match.groups?.[part] : match[0]
    if (!said) continue
    const at = match[0].lastIndexOf(said)
    const start = match.index + (at < 0 ? match[0].length : at)
    spans.push({ start, end: start + said.length, kind })
  }
  return spans
}

/** The text just before a place, in lower case: what the words around a number say of it. */
export function before(text: string, at: number, length = 28): string {
  return text.slice(Math.max(0, at - length), at).toLowerCase()
}

/** A literal text as a part of a regular expression. */
export function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
