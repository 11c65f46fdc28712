/** When one person is away, and how much they get. */
import { ActionIcon, Button, Group, Modal, NumberInput, Stack, TextInput } from '@mantine/core'
import { PlusIcon, TrashIcon } from '@primer/octicons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '../../api.ts'
import { today } from './describe.ts'

type Props = {
  name: string
  person: Person | undefined
  close: () => void
  /** Null: always there, without a limit. */
  save: (person: Person | null) => void
}

export function PersonDialog({ name, person, close, save }: Props) {
  const { t } = useTranslation()
  const [away, setAway] = useState(() => (person?.away ?? []).map((days, id) => ({ ...days, id })))
  const [tickets, setTickets] = useState<number | string>(person?.limit?.tickets ?? '')
  const [hours, setHours] = useState<number | string>(person?.limit?.hours ?? 24)
  const set = (id: number, change: Partial<Person['away'][number]>) =>
    setAway(away.map((days) => (days.id === id ? { ...days, ...change } : days)))
  const isWrong = away.some(({ from, until }) => !from || !until || until < from) || (tickets !== '' && hours === '')
  const add = () =>
    setAway([...away, { id: Math.max(-1, ...away.map(({ id }) => id)) + 1, from: today(), until: today() }])
  return (
    <Modal
      opened
      onClose={close}
      title={t('map.personTitle', { name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isWrong) return
          const limit = tickets === '' ? {} : { limit: { tickets: Number(tickets), hours: Number(hours) } }
          const days = away.map(({ from, until }) => ({ from, until }))
          save(days.length === 0 && tickets === '' ? null : { away: days, ...limit })
        }}
      >
        <Stack gap="sm">
          <h3>{t('map.away')}</h3>
          {away.map(({ id, from, until }, i) => (
            <Group key={id} gap="xs" align="flex-end" wrap="nowrap">
              <TextInput
                type="date"
                label={t('map.awayFrom')}
                value={from}
                onChange={(event) => set(id, { from: event.currentTarget.value })}
                data-autofocus={i === 0 || undefined}
                required
              />
              <TextInput
                type="date"
                label={t('map.awayUntil')}
                value={until}
                onChange={(event) => set(id, { until: event.currentTarget.value })}
                error={until < from ? t('map.wrongDays') : undefined}
                required
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                onClick={() => setAway(away.filter((days) => days.id !== id))}
                aria-label={t('map.removeAway', { from })}
              >
                <TrashIcon />
              </ActionIcon>
            </Group>
          ))}
          <Group>
            <Button variant="default" size="compact-sm" leftSection={<PlusIcon />} onClick={add}>
              {t('map.addAway')}
            </Button>
          </Group>
          <h3>{t('map.limit')}</h3>
          <Group grow align="flex-start">
            <NumberInput
              label={t('map.limitTickets')}
              placeholder={t('map.noLimit')}
              value={tickets}
              onChange={setTickets}
              min={1}
              max={10_000}
              allowDecimal={false}
            />
            <NumberInput
              label={t('map.limitHours')}
              value={hours}
              onChange={setHours}
              min={1}
              max={2160}
              allowDecimal={false}
            />
          </Group>
          <p className="dim">{t('map.limitHint')}</p>
          <Group justify="flex-end" mt="sm">
            <Button type="submit" disabled={isWrong}>
              {t('map.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
