/** Masked entities get their originals back for the one call that writes them; nothing we keep ever holds them. */
import type { FreshTicket, Labels, Prepared, Taxonomy } from '../contract/index.ts'
import { holdsPlaceholder, type PrepareOptions, prepare, restored } from '../text/index.ts'

export type Restorer = {
  /** Values as they are written. */
  show(values: Labels): Labels
  /** The same fields as we keep them. */
  hide(values: Labels, kept: Labels): Labels
  /** Fields that cannot be restored, with the reason. */
  lost: Record<string, string>
}

/**
 * The originals live in the ticket's text only, so it is read and masked again. Placeholders are numbered by their place:
 * once the text has changed they may stand for something else.
 */
export function openRestorer(
  values: Labels,
  taxonomy: Taxonomy,
  base: Pick<FreshTicket, 'subject' | 'body' | 'format' | 'metadata'>,
  seen: Pick<Prepared, 'subject' | 'text'>,
  options: PrepareOptions,
): Restorer {
  const fields = taxonomy.fields.filter(({ id, kind }) => kind === 'entity' && holdsPlaceholder(values[id] ?? ''))
  if (fields.length === 0) return { show: (given) => given, hide: (given) => given, lost: {} }
  const now = prepare(base, options)
  if (now.subject !== seen.subject || now.text !== seen.text) {
    const why = 'the text of the ticket changed, so what is masked in it cannot be put back'
    return {
      show: (given) => given,
      hide: (given) => given,
      lost: Object.fromEntries(fields.map(({ id }) => [id, why])),
    }
  }
  const byId = new Map(fields.map((field) => [field.id, field]))
  const change = (given: Labels, to: (id: string, value: string) => string) =>
    Object.fromEntries(Object.entries(given).map(([id, value]) => [id, byId.has(id) ? to(id, value) : value]))
  return {
    show: (given) => change(given, (id, value) => restored(byId.get(id)!, value, now.masked)),
    hide: (given, kept) => change(given, (id, value) => kept[id] ?? value),
    lost: {},
  }
}
