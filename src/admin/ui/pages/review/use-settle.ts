/** Confirming, correcting and undoing, alone and in bulk. What was settled here can be undone here, the last one first. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, Problem, said } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'
import { tell } from '../../parts/tell.ts'
import './words.ts'

type Ticket = { id: string; key: string }
type Done = { key: string; decisions: string[] }

/** `left`: these decisions are settled now, so that the page moves on. `again`: this one waits again. */
export function useSettle({ left, again }: { left: (ids: string[]) => void; again: (id: string) => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [done, setDone] = useState<Done[]>([])
  const readAgain = () => {
    void client.invalidateQueries({ queryKey: ['live'] })
    void client.invalidateQueries({ queryKey: ['decisions'] })
  }
  const settled = (one: Done, message: string) => {
    setDone((before) => [...before, one])
    tell(`${message} ${t('review.pressU')}`)
    readAgain()
  }
  const settle = useMutation({
    mutationFn: ({ id, values }: Ticket & { values: Record<string, string> }) =>
      Object.keys(values).length > 0
        ? said(api.decisions[':id'].correct.$post({ param: { id }, json: { values } }))
        : said(api.decisions[':id'].confirm.$post({ param: { id } })),
    onSuccess({ decision }, { id, key, values }) {
      left([id])
      const isCorrected = Object.keys(values).length > 0
      settled({ key, decisions: [decision] }, t(isCorrected ? 'review.corrected' : 'review.confirmed', { key }))
    },
    onError(error) {
      // Somebody else was first: the ticket itself says who, and how.
      if (error instanceof Problem && error.status === 409) readAgain()
      else showFault(error)
    },
  })
  const bulk = useMutation({
    mutationFn: (all: Ticket[]) => said(api.decisions.settle.$post({ json: { items: all.map(({ id }) => ({ id })) } })),
    onSuccess({ items }, all) {
      const decisions = items.flatMap(({ decision }) => decision ?? [])
      const problems = items.flatMap(({ problem }) => problem?.detail ?? [])
      left(items.flatMap(({ id, decision }) => (decision ? [id] : [])))
      if (decisions.length > 0) {
        const keys = all.flatMap(({ id, key }) => (items.some((one) => one.id === id && one.decision) ? [key] : []))
        settled({ key: keys.join(', '), decisions }, t('review.bulk', { count: decisions.length }))
      }
      if (problems.length > 0) {
        const title = t('review.refused', { count: problems.length })
        tell([...new Set(problems)].join('; '), { color: 'orange', title, autoClose: 10_000 })
        readAgain()
      }
    },
    onError: showFault,
  })
  const undo = useMutation({
    async mutationFn({ decisions }: Done) {
      const waiting: string[] = []
      for (const id of decisions)
        waiting.push((await said(api.decisions[':id'].undo.$post({ param: { id } }))).decision)
      return waiting
    },
    onSuccess([first], one) {
      tell(t('review.undone', { key: one.key }))
      if (first) again(first)
    },
    onError: showFault,
    onSettled(_, __, one) {
      setDone((before) => before.filter((each) => each !== one))
      readAgain()
    },
  })
  return {
    settle: settle.mutate,
    isSettling: settle.isPending,
    fault: settle.error instanceof Problem && settle.error.status !== 409 ? settle.error : null,
    confirmAll: bulk.mutate,
    isConfirming: bulk.isPending,
    canUndo: done.length > 0,
    undo() {
      const last = done.at(-1)
      if (last && !undo.isPending) undo.mutate(last)
      else if (!last) tell(t('review.nothingToUndo'))
    },
  }
}
