/** Restores the originals of masked entities for the call that writes them. They are never stored. */
import type { FreshTicket, Labels, Prepared, Taxonomy } from '../contract/index.ts'
import { holdsPlaceholder, type PrepareOptions, prepare, restored } from '../text/index.ts'

export type Restorer = {
  /** The values with originals, for the helpdesk. */
  show(values: Labels): Labels
  /** The same values masked, as they are stored in `stored`. */
  hide(values: Labels, stored: Labels): Labels
  /** Fields that cannot be restored, with the reason. */
  lost: Record<string, string>
}

/**
 * The originals are only in the text of the ticket, so that is masked again. Placeholders are numbered by their position in
 * the text: after a change of the text they may stand for other data, so nothing is restored then.
 */
export function openRestorer(
  values: Labels,
  taxonomy: Taxonomy,
  base: Pick<FreshTicket, 'subject' | 'body' | 'format' | 'metadata'>,
  stored: Pick<Prepared, 'subject' | 'text'>,
  options: PrepareOptions,
): Restorer {
  const fields = taxonomy.fields.filter(({ id, kind }) => kind === 'entity' && holdsPlaceholder(values[id] ?? ''))
  if (fields.length === 0) return { show: (given) => given, hide: (given) => given, lost: {} }
  const now = prepare(base, options)
  if (now.subject !== stored.subject || now.text !== stored.text) {
    const why = 'the text of the ticket changed, so its masked data cannot be restored'
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
    hide: (given, stored) => change(given, (id, value) => stored[id] ?? value),
    lost: {},
  }
}
