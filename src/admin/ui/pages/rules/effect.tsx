/** What the rule does: decide fields, keep one at a value or above, skip the ticket, or flag it. */
import { ActionIcon, Button, Group, Paper, Select, Stack, TextInput } from '@mantine/core'
import { PlusIcon, XIcon } from '@primer/octicons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { taxonomy, valuesOf } from '../../api.ts'
import { plain, useFieldName } from '../../parts/format.ts'
import type { PartProps } from './conditions.tsx'
import { EFFECTS, type Form } from './form.ts'

export function Effect({ form, set, faults }: PartProps) {
  const { t } = useTranslation()
  const wrong = faults.filter(({ path }) => path.startsWith('then'))
  return (
    <Paper className="card" component="section" aria-label={t('rules.thenTitle')}>
      <h2>{t('rules.thenTitle')}</h2>
      <Stack gap="sm">
        <Select
          aria-label={t('rules.thenTitle')}
          data={EFFECTS.map((effect) => ({ value: effect, label: t(`rules.effect.${effect}`) }))}
          value={form.effect}
          onChange={(effect) => effect && set({ effect: effect as Form['effect'] })}
          allowDeselect={false}
        />
        {form.effect === 'decide' && <Decide form={form} set={set} />}
        {form.effect === 'guard' && (
          <FieldAndValue
            field={form.guard.field}
            value={form.guard.atLeast}
            valueLabel={t('rules.guardValue')}
            set={(field, atLeast) => set({ guard: { field, atLeast } })}
          />
        )}
        {form.effect === 'skip' && (
          <TextInput
            label={t('rules.skipReason')}
            value={form.skip}
            onChange={(event) => set({ skip: event.currentTarget.value })}
            maxLength={200}
          />
        )}
        {form.effect === 'flag' && (
          <TextInput
            label={t('rules.flagWord')}
            value={form.flag}
            onChange={(event) => set({ flag: event.currentTarget.value })}
            maxLength={60}
          />
        )}
        {wrong.map(({ path, message }) => (
          <div className="bad" key={path}>
            {message}
          </div>
        ))}
      </Stack>
    </Paper>
  )
}

function Decide({ form, set }: Pick<PartProps, 'form' | 'set'>) {
  const { t } = useTranslation()
  const rows = form.decide.length > 0 ? form.decide : [{ field: '', value: '' }]
  return (
    <>
      {rows.map((row, i) => (
        <Group key={row.field || 'new'} align="end" wrap="nowrap">
          <div className="grow">
            <FieldAndValue
              field={row.field}
              value={row.value}
              valueLabel={t('rules.value')}
              set={(field, value) => set({ decide: rows.with(i, { field, value }) })}
            />
          </div>
          {rows.length > 1 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              mb={4}
              onClick={() => set({ decide: rows.toSpliced(i, 1) })}
              aria-label={t('rules.removeField', { field: row.field })}
            >
              <XIcon />
            </ActionIcon>
          )}
        </Group>
      ))}
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<PlusIcon />}
          onClick={() => set({ decide: [...rows, { field: '', value: '' }] })}
          disabled={rows.some(({ field }) => field === '')}
        >
          {t('rules.addField')}
        </Button>
      </div>
    </>
  )
}

type FieldProps = {
  field: string
  value: string
  valueLabel: string
  set: (field: string, value: string) => void
}

function FieldAndValue({ field, value, valueLabel, set }: FieldProps) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const { data } = useSuspenseQuery(taxonomy)
  const values = valuesOf(data, field)
  return (
    <Group grow align="start">
      <Select
        label={t('rules.field')}
        data={data.fields.map(({ id, title }) => ({ value: id, label: title ?? nameOf(id) }))}
        value={field || null}
        onChange={(chosen) => chosen && set(chosen, '')}
        allowDeselect={false}
      />
      {values.length > 0 ? (
        <Select
          label={valueLabel}
          data={values.map((each) => ({ value: each, label: plain(each) }))}
          value={value || null}
          onChange={(chosen) => chosen && set(field, chosen)}
          searchable
          allowDeselect={false}
        />
      ) : (
        <TextInput
          label={valueLabel}
          value={value}
          onChange={(event) => set(field, event.currentTarget.value)}
          disabled={field === ''}
        />
      )}
    </Group>
  )
}
