import { type Masked, PLACEHOLDER } from '../mask/index.ts'

/**
 * Renumbers the placeholders in the order of the shortened text, so that equal tickets give equal texts, and drops the originals
 * of removed parts such as quotes and signatures.
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
