/** What was cut from a ticket: the number of characters of each kind. */
export class Dropped {
  private readonly counts = new Map<string, number>()

  add(what: string, characters: number): void {
    if (characters > 0) this.counts.set(what, (this.counts.get(what) ?? 0) + characters)
  }

  list(): { what: string; characters: number }[] {
    return [...this.counts].map(([what, characters]) => ({ what, characters }))
  }
}
