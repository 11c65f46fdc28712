import type { Dropped } from './dropped.ts'

/** Shorter lines may repeat: yes, ok, list marks, table cells. */
const MIN_LINE = 16

/** Collapses repeats: runs of a character or a word, and equal lines, of which the first stays. */
export function withoutRepeats(text: string, dropped: Dropped): string {
  const collapsed = text
    // Repeated digits can be part of a number.
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
