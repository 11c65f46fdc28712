/** New tickets do not push the list down: a button says how many there are, and shows them when asked. */
import { Button } from '@mantine/core'
import { ArrowUpIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import type { queryOf } from './query.ts'

const LOOKED_AT = 50

type Props = { asked: ReturnType<typeof queryOf>; first: string | undefined; ready: boolean; show: () => void }

export function Fresh({ asked, first, ready, show }: Props) {
  const { t } = useTranslation()
  const { data } = useQuery({
    queryKey: ['live', 'fresh', asked],
    queryFn: () => said(api.decisions.$get({ query: { ...asked, limit: String(LOOKED_AT) } })),
    enabled: ready,
  })
  const index = data?.items.findIndex(({ id }) => id === first) ?? 0
  const count = index < 0 ? (data?.items.length ?? 0) : index
  if (count === 0) return null
  return (
    <Button size="compact-sm" radius="xl" leftSection={<ArrowUpIcon size={14} />} onClick={show}>
      {count >= LOOKED_AT ? t('tickets.freshMany', { count }) : t('tickets.fresh', { count })}
    </Button>
  )
}
