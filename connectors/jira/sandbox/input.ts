/** What callers send, read without trust. */
import { isRecord } from '../payload.ts'

export { isRecord }

export function manyTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
