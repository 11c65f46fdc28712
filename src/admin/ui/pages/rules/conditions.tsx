/** When the rule holds: all that is filled in must be so. */
import { Button, Checkbox, Group, NumberInput, Paper, Select, Stack, TagsInput, TextInput } from '@mantine/core'
import { PlusIcon } from '@primer/octicons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { COUNTABLES, type Form, usesMore } from './form.ts'

export type PartProps = {
  form: Form
  set: (part: Partial<Form>) => void
  faults: { path: string; message: string }[]
}

const PLACES = ['both', 'subject', 'text'] as const

export function Conditions({ form, set, faults }: PartProps) {
  const { t } = useTranslation()
  const [more, setMore] = useState(usesMore(form))
  const faultOf = (path: string) =>
    faults.find((fault) => fault.path === path || fault.path.startsWith(`${path}.`))?.message
  return (
    <Paper className="card" component="section" aria-label={t('rules.when')}>
      <h2>{t('rules.when')}</h2>
      <p className="dim">{t('rules.whenHint')}</p>
      <Stack gap="sm" mt="sm">
        {(['any', 'all', 'none'] as const).map((list) => (
          <TagsInput
            key={list}
            label={t(`rules.${list}`)}
            description={list === 'any' ? t('rules.wordsHint') : undefined}
            value={form[list]}
            onChange={(words) => set({ [list]: words })}
            splitChars={[',', ';']}
            error={faultOf(`when.${list}`)}
          />
        ))}
        <Select
          label={t('rules.in')}
          data={PLACES.map((place) => ({ value: place, label: t(`rules.place.${place}`) }))}
          value={form.in}
          onChange={(place) => place && set({ in: place as Form['in'] })}
          allowDeselect={false}
        />
        {more ? (
          <More form={form} set={set} faultOf={faultOf} />
        ) : (
          <div>
            <Button variant="subtle" size="compact-sm" leftSection={<PlusIcon />} onClick={() => setMore(true)}>
              {t('rules.moreConditions')}
            </Button>
          </div>
        )}
      </Stack>
    </Paper>
  )
}

type MoreProps = Pick<PartProps, 'form' | 'set'> & { faultOf: (path: string) => string | undefined }

function More({ form, set, faultOf }: MoreProps) {
  const { t } = useTranslation()
  return (
    <>
      <TextInput
        label={t('rules.regex')}
        description={t('rules.regexHint')}
        value={form.regex}
        onChange={(event) => set({ regex: event.currentTarget.value })}
        error={faultOf('when.regex')}
        classNames={{ input: 'mono' }}
      />
      <TagsInput
        label={t('rules.language')}
        description={t('rules.languageHint')}
        value={form.language}
        onChange={(language) => set({ language })}
      />
      {form.metadata.map(({ name, values }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name of its own while it is typed
        <Group grow align="start" key={i}>
          <TextInput
            label={t('rules.metadata')}
            value={name}
            onChange={(event) => set({ metadata: form.metadata.with(i, { name: event.currentTarget.value, values }) })}
          />
          <TagsInput
            label={t('rules.metadataValues')}
            value={values}
            onChange={(changed) => set({ metadata: form.metadata.with(i, { name, values: changed }) })}
          />
        </Group>
      ))}
      <div>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<PlusIcon />}
          onClick={() => set({ metadata: [...form.metadata, { name: '', values: [] }] })}
        >
          {t('rules.addMetadata')}
        </Button>
      </div>
      <Group grow align="start">
        <Amount
          label={t('rules.minLength')}
          value={form.minLength}
          set={(minLength) => set({ minLength })}
          error={faultOf('when.minLength')}
        />
        <Amount label={t('rules.maxLength')} value={form.maxLength} set={(maxLength) => set({ maxLength })} />
      </Group>
      <Group grow align="start">
        <Select
          label={t('rules.count')}
          data={COUNTABLES.map((what) => ({ value: what, label: t(`rules.countable.${what}`) }))}
          value={form.countOf}
          onChange={(what) => set({ countOf: what as Form['countOf'] })}
          clearable
          clearButtonProps={{ 'aria-label': t('common.any') }}
          error={faultOf('when.count')}
        />
        <Amount
          label={t('rules.atLeast')}
          value={form.atLeast}
          set={(atLeast) => set({ atLeast })}
          disabled={form.countOf === null}
        />
        <Amount
          label={t('rules.atMost')}
          value={form.atMost}
          set={(atMost) => set({ atMost })}
          disabled={form.countOf === null}
        />
      </Group>
      <Checkbox
        label={t('rules.outOfScope')}
        description={t('rules.outOfScopeHint')}
        checked={form.outOfScope}
        onChange={(event) => set({ outOfScope: event.currentTarget.checked })}
        error={faultOf('when.outOfScope')}
      />
    </>
  )
}

type AmountProps = {
  label: string
  value: number | undefined
  set: (value: number | undefined) => void
  error?: string | undefined
  disabled?: boolean
}

function Amount({ label, value, set, error, disabled }: AmountProps) {
  return (
    <NumberInput
      label={label}
      value={value ?? ''}
      onChange={(given) => set(given === '' ? undefined : Number(given))}
      min={0}
      allowDecimal={false}
      error={error}
      disabled={disabled}
    />
  )
}
