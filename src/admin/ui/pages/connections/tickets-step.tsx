/** Which tickets are decided, and whether each decision is explained in a note. */
import { Button, Group, Stack, Switch, TagsInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Step } from '../../parts/step.tsx'
import { tell } from '../../parts/tell.ts'
import { useFilterName } from './names.ts'
import type { Connection } from './queries.ts'
import { useChange } from './use-change.ts'

type Props = { one: Connection; mayAdminister: boolean }

export function TicketsStep({ one, mayAdminister }: Props) {
  const { t } = useTranslation()
  const nameOf = useFilterName()
  const [editing, setEditing] = useState(false)
  const used = Object.entries(one.filters).filter(([, values]) => values.length > 0)
  const says =
    used.length === 0
      ? t('connections.everyTicket')
      : used.map(([filter, values]) => `${nameOf(filter)}: ${values.join(', ')}`).join(' · ')
  return (
    <Step
      title={t('connections.whichTickets')}
      done
      says={says}
      actions={
        mayAdminister &&
        !editing && (
          <Button size="xs" variant="default" onClick={() => setEditing(true)}>
            {t('connections.change')}
          </Button>
        )
      }
    >
      {editing && <Filters one={one} close={() => setEditing(false)} />}
    </Step>
  )
}

function Filters({ one, close }: { one: Connection; close: () => void }) {
  const { t } = useTranslation()
  const nameOf = useFilterName()
  const change = useChange(one)
  const [filters, setFilters] = useState(one.filters)
  const [note, setNote] = useState(one.settings.note)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate(
          { filters, settings: { note } },
          {
            onSuccess: () => {
              tell(t('connections.saved'))
              close()
            },
          },
        )
      }}
    >
      <Stack gap="sm">
        {Object.entries(filters).map(([filter, values]) => (
          <TagsInput
            key={filter}
            label={nameOf(filter)}
            placeholder={values.length === 0 ? t('connections.all') : undefined}
            value={values}
            onChange={(next) => setFilters({ ...filters, [filter]: next })}
            clearable={false}
          />
        ))}
        <Switch
          label={t('connections.note')}
          description={t('connections.noteHint')}
          checked={note}
          onChange={(event) => setNote(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t('connections.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
