/** Are we signed in, may our account do what it must, and does the mapping still fit? */
import { Button, Group } from '@mantine/core'
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { Step } from '../../parts/step.tsx'
import { ChangeAccess } from './change-access.tsx'
import { Missing } from './missing.tsx'
import { vendorName } from './names.ts'
import { adapters, type Connection, metadata } from './queries.ts'

type Props = { one: Connection; mayAdminister: boolean }

export function AccessStep({ one, mayAdminister }: Props) {
  const { t } = useTranslation()
  const { name, kind, mode } = one
  const client = useQueryClient()
  const [editing, setEditing] = useState(false)
  const { data } = useSuspenseQuery(adapters)
  const adapter = data.items.find((each) => each.kind === kind)
  const read = useQuery(metadata(name, mode))
  const test = useMutation({
    mutationFn: () => said(api.connections[':name'].test.$post({ param: { name } })),
    onSuccess: () => client.invalidateQueries(metadata(name, mode)),
  })
  const found = test.data ?? read.data
  const error = test.error ?? (test.data ? null : read.error)
  const missing = found?.missing ?? []
  const faults = test.data?.faults ?? []
  const says = found
    ? t('connections.signedInAs', { who: found.self.name, desk: vendorName(kind) })
    : read.isFetching
      ? t('connections.signingIn', { desk: vendorName(kind) })
      : undefined
  return (
    <Step
      title={t('connections.access')}
      done={found !== undefined && !error && missing.length + faults.length === 0}
      says={says}
      actions={
        mayAdminister && (
          <Group gap="xs">
            <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
              {t('connections.checkAgain')}
            </Button>
            {adapter && (
              <Button size="xs" variant="default" onClick={() => setEditing(true)}>
                {t('connections.change')}
              </Button>
            )}
          </Group>
        )
      }
    >
      {error && <FaultText error={error} />}
      <Missing title={t('connections.missing')} missing={missing} />
      <Missing
        title={t('connections.mappingFaults')}
        missing={faults.map(({ path, message, next }) => ({ what: `${path}: ${message}.`, next }))}
      />
      {editing && adapter && <ChangeAccess one={one} adapter={adapter} close={() => setEditing(false)} />}
    </Step>
  )
}
