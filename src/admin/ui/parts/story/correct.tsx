/** The right values of a ticket, as a person knows them. */
import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Story, taxonomy, valuesOf } from '../../api.ts'
import { FaultText } from '../fault.tsx'
import { plain, useFieldName } from '../format.ts'
import './words.ts'

type Props = {
  told: Pick<Story, 'values' | 'answers'> & { ticket: { key: string } }
  /** What was chosen already. */
  initial?: Record<string, string>
  close: () => void
  save: (values: Record<string, string>) => void
  saving: boolean
  fault: unknown
}

export function CorrectDialog({ told, initial = {}, close, save, saving, fault }: Props) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const { data: fields } = useSuspenseQuery(taxonomy)
  const [values, setValues] = useState(initial)
  const current = (field: string) => values[field] ?? told.values[field] ?? told.answers[field]?.value ?? ''
  const set = (field: string, value: string | null) =>
    setValues(({ [field]: _, ...rest }) => (value && value !== told.values[field] ? { ...rest, [field]: value } : rest))
  const changed = Object.keys(values).length
  return (
    <Modal
      opened
      onClose={close}
      centered
      title={t('story.correctOf', { key: told.ticket.key })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save(values)
        }}
      >
        <Stack gap="sm">
          {fields.fields.map(({ id }) => {
            const choices = valuesOf(fields, id)
            return choices.length > 0 ? (
              <Select
                key={id}
                label={nameOf(id)}
                data={choices.map((value) => ({ value, label: plain(value) }))}
                value={current(id) || null}
                onChange={(value) => set(id, value)}
                searchable
                allowDeselect={false}
              />
            ) : (
              <TextInput
                key={id}
                label={nameOf(id)}
                value={current(id)}
                onChange={(event) => set(id, event.currentTarget.value)}
              />
            )
          })}
          {fault !== null && <FaultText error={fault} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button
              type="submit"
              loading={saving}
              disabled={changed === 0}
              title={changed === 0 ? t('story.nothingChanged') : undefined}
            >
              {t('story.correct')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
