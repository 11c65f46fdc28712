/** The values of past tickets that are not in the mapping or the taxonomy, with names for people and a proposed alias. */
import {
  type Metadata,
  nearestValue,
  type Option,
  partsOf,
  type Target,
  type Taxonomy,
  valueNamed,
} from '../contract/index.ts'
import type { BackfillRow } from './rows.ts'

/** `name`: what people call it there; null: not known. `alias`: the value of ours that it may stand for; null: none is near. */
export type Outside = { field: string; value: string; name: string | null; n: number; alias: string | null }

/** Most frequent first. `metadata` null: the helpdesk was not asked, and values have no names. Pure. */
export function nameOutside(
  outside: BackfillRow['outside'],
  taxonomy: Pick<Taxonomy, 'fields'>,
  targets: Record<string, Target>,
  metadata: Pick<Metadata, 'fields' | 'priorities' | 'components'> | null,
): Outside[] {
  const found = Object.entries(outside).flatMap(([id, values]) => {
    const field = taxonomy.fields.find((one) => one.id === id)
    const names = metadata && targets[id] ? namesIn(targets[id], metadata) : new Map<string, string>()
    return Object.entries(values).map(([value, n]): Outside => {
      const name = names.get(value) ?? null
      const word = name ?? value
      return { field: id, value, name, n, alias: field ? (valueNamed(field, word) ?? nearestValue(field, word)) : null }
    })
  })
  return found.sort((a, b) => b.n - a.n)
}

function namesIn(
  target: Target,
  { fields, priorities, components }: Pick<Metadata, 'fields' | 'priorities' | 'components'>,
) {
  const names = new Map<string, string>()
  for (const part of partsOf(target)) {
    if (part.to === 'priority') for (const { id, name } of priorities) names.set(id, name)
    if (part.to === 'component') for (const { id, name } of components) names.set(id, name)
    if (part.to === 'field') addOptions(names, fields.find(({ id }) => id === part.id)?.options ?? [])
  }
  return names
}

/** Children have their parent before them: `10500/10502`. */
function addOptions(names: Map<string, string>, options: Option[], above?: Option): void {
  for (const option of options) {
    const path = above ? [above, option] : [option]
    names.set(path.map(({ id }) => id).join('/'), path.map(({ name }) => name).join(' / '))
    addOptions(names, option.children ?? [], option)
  }
}
