/** Words for people that several adapters use. Pure. */

/** `A, B, C and 9 more`: a long list says how long it is and names a few. */
export function someOf(names: string[], shown = 4): string {
  const all = [...new Set(names)]
  // Two names more are as short as saying that there are two more.
  if (all.length <= shown + 1) return all.join(', ')
  return `${all.slice(0, shown).join(', ')} and ${all.length - shown} more`
}
