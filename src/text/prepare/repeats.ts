import type { Dropped } from './dropped.ts'

/** Shorter lines repeat by right: yes, ok, list marks, table cells. */
const MIN_LINE = 16

/** Says once what was said several times: characters in a row, words in a row, equal lines. The first stays where it was. */
export function withoutRepeats(text: string, dropped: Dropped): string {
  const collapsed = text
    // Digits repeat by right.
    .replace(/([^\p{N}\s])\1{3,}/gu, '$1$1$1')
    .replace(/(?<![\p{L}\p{N}])([\p{L}]{2,30})(?:[ ,.!]{1,3}\1){2,}(?![\p{L}\p{N}])/giu, '$1 $1')
  dropped.add('repeat', text.length - collapsed.length)
  const seen = new Set<string>()
  const lines = collapsed.split('\n').filter((line) => {
    const key = line.trim().toLowerCase()
    if (key.length < MIN_LINE) return true
    if (seen.has(key)) {
      dropped.add('repeat', line.length + 1)
      return false
    }
    seen.add(key)
    return true
  })
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
