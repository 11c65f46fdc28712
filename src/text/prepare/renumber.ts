import type { Masked } from '../mask/index.ts'
import { PLACEHOLDER } from '../mask/index.ts'

/**
 * Numbers placeholders in the order in which they are still read, and forgets originals that went with a quote or a signature:
 * equal tickets come out equal, and what is not needed is not kept.
 */
export function renumbered(texts: string[], masked: Masked): { texts: string[]; masked: Masked } {
  const names = new Map<string, string>()
  const kept: Masked = {}
  const counters = new Map<string, number>()
  const reserved = new Set(Object.keys(masked).filter((placeholder) => masked[placeholder] === placeholder))
  const rename = (placeholder: string) => {
    const original = masked[placeholder]
    if (original === undefined || original === placeholder) return placeholder
    let name = names.get(placeholder)
    if (name === undefined) {
      const kind = placeholder.slice(1, placeholder.lastIndexOf('_'))
      let number = counters.get(kind) ?? 0
      do name = `<${kind}_${++number}>`
      while (reserved.has(name))
      counters.set(kind, number)
      names.set(placeholder, name)
      kept[name] = original
    }
    return name
  }
  return { texts: texts.map((text) => text.replace(PLACEHOLDER, rename)), masked: kept }
}
