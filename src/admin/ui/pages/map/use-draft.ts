import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, done, type MapRow, Problem, routingMap, said } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'
import { tell } from '../../parts/tell.ts'
import { applyEdit, type Edit } from './rows.ts'

/** An edit that was refused because somebody else had changed the map: what both started from, and what is there now. */
export type Conflict = { edit: Edit; base: MapRow[]; theirs: MapRow[]; author: string }

/** The draft, and the ways to change it. Every change names the state that it was made on, so that none is overwritten. */
export function useDraft() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data: state } = useSuspenseQuery(routingMap)
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const published = state.published?.rows ?? []
  const rows = state.draft?.rows ?? published
  const refresh = () => client.invalidateQueries({ queryKey: ['map'] })
  const header = { 'if-match': state.tag }

  const save = useMutation({
    mutationFn: (edit: Edit) =>
      said(api['routing-map'].draft.$put({ header, json: { rows: applyEdit(rows, edit), comment: '' } })),
    async onError(error, edit) {
      if (!(error instanceof Problem) || error.status !== 412) return showFault(error)
      const base = rows
      await refresh()
      const now = client.getQueryData(routingMap.queryKey)
      setConflict({
        edit,
        base,
        theirs: now?.draft?.rows ?? now?.published?.rows ?? [],
        author: now?.draft?.author ?? t('map.somebody'),
      })
    },
    onSuccess: () => {
      setConflict(null)
      return refresh()
    },
  })
  const discard = useMutation({
    mutationFn: () => done(api['routing-map'].draft.$delete({ header })),
    onError: showFault,
    onSettled: refresh,
  })
  const restore = useMutation({
    mutationFn: (version: number) =>
      said(api['routing-map'].versions[':version'].restore.$post({ header, param: { version: String(version) } })),
    onSuccess: (_, version) => {
      tell(t('map.restored', { version }))
    },
    onError: showFault,
    onSettled: refresh,
  })
  return { state, published, rows, header, refresh, save, discard, restore, conflict, drop: () => setConflict(null) }
}

export type Draft = ReturnType<typeof useDraft>
