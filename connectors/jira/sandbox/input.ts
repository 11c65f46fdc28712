/** Reads what callers send without trusting its shape. */
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
