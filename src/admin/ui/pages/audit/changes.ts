/** What differs between before and after, value by value. Pure. */

export type Change = { path: string; before: string | null; after: string | null }

type Leaves = Map<string, string>

/** The values that are not the same; null where there is none. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const [old, now] = [leavesOf(before), leavesOf(after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const change = { path, before: old.get(path) ?? null, after: now.get(path) ?? null }
    return change.before === change.after ? [] : [change]
  })
}

function leavesOf(value: unknown, path: string[] = [], found: Leaves = new Map()): Leaves {
  if (value === null || value === undefined) {
    if (path.length > 0) found.set(path.join(' › '), '—')
  } else if (typeof value !== 'object') found.set(path.join(' › '), String(value))
  else {
    const entries = Object.entries(value)
    if (entries.length === 0 && path.length > 0) found.set(path.join(' › '), Array.isArray(value) ? '[]' : '{}')
    for (const [key, inner] of entries)
      leavesOf(inner, [...path, Array.isArray(value) ? String(Number(key) + 1) : key], found)
  }
  return found
}
