/** Pauses everything, or only what is chosen. */
import { Autocomplete, Button, Group, Modal, Select, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said, taxonomy, todays, valuesOf } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { useFieldName } from '../../parts/format.ts'
import { tell } from '../../parts/tell.ts'
import { useScopeName } from './scope.ts'

/** Decided by the routing map, and not fields of the taxonomy. */
const ROUTED = ['group', 'assignee']

export function PauseDialog({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const scopeName = useScopeName()
  const client = useQueryClient()
  const { data: day } = useSuspenseQuery(todays)
  const { data: known } = useQuery(taxonomy)
  const [scope, setScope] = useState<{ connection?: string; field?: string; value?: string }>({})
  const [why, setWhy] = useState('')
  const pause = useMutation({
    mutationFn: () => said(api.pauses.$post({ json: { ...scope, value: scope.value || undefined, why: why.trim() } })),
    async onSuccess() {
      tell(t('pause.done', { what: scopeName(scope) }))
      close()
      await client.invalidateQueries({ queryKey: ['live'] })
    },
  })
  const fields = [...(known?.fields.map(({ id }) => id) ?? []), ...ROUTED]
  return (
    <Modal
      opened
      onClose={close}
      title={t('pause.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          pause.mutate()
        }}
      >
        <Stack gap="sm">
          <Text size="sm">{t('pause.hint')}</Text>
          <Select
            label={t('common.connection')}
            placeholder={t('pause.everyConnection')}
            data={day.connections.map(({ name }) => name)}
            value={scope.connection ?? null}
            onChange={(connection) => setScope({ ...scope, connection: connection ?? undefined })}
            clearable
            clearButtonProps={{ 'aria-label': t('common.any') }}
          />
          <Select
            label={t('pause.field')}
            placeholder={t('pause.everyField')}
            data={fields.map((value) => ({ value, label: nameOf(value) }))}
            value={scope.field ?? null}
            onChange={(field) => setScope({ connection: scope.connection, field: field ?? undefined })}
            clearable
            clearButtonProps={{ 'aria-label': t('common.any') }}
          />
          {scope.field !== undefined && (
            <Autocomplete
              label={t('pause.value')}
              placeholder={t('pause.everyValue')}
              data={known ? valuesOf(known, scope.field) : []}
              value={scope.value ?? ''}
              onChange={(value) => setScope({ ...scope, value })}
            />
          )}
          <Textarea
            label={t('pause.why')}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
            data-autofocus
          />
          {pause.error && <FaultText error={pause.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={pause.isPending}>
              {t('pause.now', { what: scopeName(scope) })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
