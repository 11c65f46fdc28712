import type { Prepared } from '../../contract/index.ts'
import { matchesPattern, unmask } from '../../text/index.ts'
import { count } from './count.ts'
import type { When } from './rule.ts'
import { hasKeyword, type Words, wordsOf } from './words.ts'

/** A ticket as all rules read it. */
export type Subject = {
  text: Record<When['in'], string>
  /** Before masking, for patterns. */
  clear(place: When['in']): string
  /** Split into words when a rule first needs them. */
  words(place: When['in']): Words
  language: string
  metadata: Record<string, string>
  /** False until a classifier was asked. */
  outOfScope: boolean
}

export function subjectOf(
  prepared: Pick<Prepared, 'subject' | 'text' | 'language' | 'masked'>,
  metadata: Record<string, string>,
  outOfScope = false,
): Subject {
  const text = { subject: prepared.subject, text: prepared.text, both: `${prepared.subject}\n${prepared.text}`.trim() }
  const words: Partial<Record<When['in'], Words>> = {}
  return {
    text,
    clear: (place) => unmask(text[place], prepared.masked),
    outOfScope,
    words: (place) => {
      words[place] ??= wordsOf(text[place])
      return words[place]
    },
    language: prepared.language.code,
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value.trim().toLowerCase()]),
    ),
  }
}

/** Whether all conditions hold; the cheap ones are checked first. */
export function holds(when: When, subject: Subject): boolean {
  const text = subject.text[when.in]
  if (when.outOfScope && !subject.outOfScope) return false
  if (when.language && !when.language.includes(subject.language)) return false
  if (when.minLength !== undefined && text.length < when.minLength) return false
  if (when.maxLength !== undefined && text.length > when.maxLength) return false
  if (when.metadata && !holdsMetadata(when.metadata, subject.metadata)) return false
  if (when.any && !when.any.some((keyword) => hasKeyword(subject.words(when.in), keyword))) return false
  if (when.all && !when.all.every((keyword) => hasKeyword(subject.words(when.in), keyword))) return false
  if (when.none?.some((keyword) => hasKeyword(subject.words(when.in), keyword))) return false
  if (when.count) {
    const found = count(text, when.count.of)
    if (found < (when.count.atLeast ?? 0) || found > (when.count.atMost ?? Number.POSITIVE_INFINITY)) return false
  }
  return when.regex === undefined || matchesPattern(when.regex, subject.clear(when.in))
}

function holdsMetadata(wanted: NonNullable<When['metadata']>, metadata: Record<string, string>): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const actual = metadata[name.toLowerCase()]
    return actual !== undefined && [value].flat().some((each) => each.trim().toLowerCase() === actual)
  })
}
