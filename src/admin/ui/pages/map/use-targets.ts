/** The groups and people to choose from: those that a mapping has, and those that only a helpdesk has. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, said, targets, unmappedTargets, useMay } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'

type Kind = 'groups' | 'people'
/** An account or group of a helpdesk that no mapping has yet. */
type Offered = { connection: string; id: string; name: string }

export function useTargets() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const mayAdminister = useMay('administer')
  const { data: known } = useQuery(targets)
  const { data: unmapped } = useQuery({ ...unmappedTargets, enabled: useMay('read-connections') })
  const offered = (kind: Kind): Offered[] =>
    (unmapped?.items ?? []).flatMap(({ connection, [kind]: all }) => all.map((each) => ({ connection, ...each })))
  const isMapped = (kind: Kind, name: string) =>
    known?.[kind].some((target) => target.name === name && target.connections.length > 0) ?? true
  const placesOf = (kind: Kind, name: string) => offered(kind).filter((each) => each.name === name)

  /** For a list to choose from; `chosen` is in it whatever it is. */
  function options(kind: Kind, chosen: string[], typed = '') {
    const names = [...new Set([...(known?.[kind].map(({ name }) => name) ?? []), ...chosen])]
    const others = [...new Set(offered(kind).map(({ name }) => name))].filter((name) => !names.includes(name))
    // Without a helpdesk there is nothing to choose from yet.
    const free = typed.trim()
    const isAlone = others.length === 0 && !known?.[kind].some(({ connections }) => connections.length > 0)
    return [
      { group: t('map.mapped'), items: isAlone && free && !names.includes(free) ? [...names, free] : names },
      { group: t('map.onlyInHelpdesk'), items: others },
    ].filter(({ items }) => items.length > 0)
  }

  /** What is to be known about a name that no mapping has. */
  function hint(kind: Kind, name: string): string | undefined {
    if (isMapped(kind, name)) return undefined
    const places = placesOf(kind, name)
    if (places.length === 0) return t('map.unknownTarget', { name })
    const connection = places.map((place) => place.connection).join(', ')
    return t(mayAdminister ? 'map.willMap' : 'map.askAdmin', { name, connection })
  }

  /** Puts names that only a helpdesk has into the mapping of their connection. */
  const adopt = useMutation({
    mutationFn: async (names: Record<Kind, string[]>) => {
      if (!mayAdminister) return
      const wanted = (['groups', 'people'] as const).flatMap((kind) =>
        names[kind]
          .filter((name) => !isMapped(kind, name))
          .flatMap((name) => placesOf(kind, name).map((place) => ({ kind, ...place }))),
      )
      for (const [connection, entries] of Map.groupBy(wanted, (each) => each.connection)) {
        const mapping = Object.fromEntries(
          [...Map.groupBy(entries, ({ kind }) => kind)].map(([kind, all]) => [
            kind,
            Object.fromEntries(all.map(({ name, id }) => [name, id])),
          ]),
        )
        const param = { name: connection }
        await said(api.connections[':name'].$patch({ param, query: {}, header: {}, json: { mapping } }))
      }
      if (wanted.length > 0) await client.invalidateQueries({ queryKey: ['map'] })
    },
    onError: showFault,
  })
  return { options, hint, adopt }
}

export type Targets = ReturnType<typeof useTargets>
