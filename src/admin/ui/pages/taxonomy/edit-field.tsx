/** One field: its kind, what decides it, and whether a ticket waits when it is in doubt. */
import { Button, Checkbox, Group, Modal, NumberInput, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { plain } from '../../parts/format.ts'
import { nameFrom } from './edits.ts'
import type { Field } from './use-draft.ts'

const KINDS = ['choice', 'flag', 'score', 'number', 'entity'] as const
const SOURCES = ['model', 'rule', 'metadata'] as const
const NORMALS = ['text', 'code', 'digits'] as const

type Props = {
  /** Absent: a new one. */
  field: Field | undefined
  fields: Field[]
  close: () => void
  save: (field: Field) => void
  remove: () => void
}

/** What any kind can have; only what the kind has is saved. */
type Form = {
  title: string
  description: string
  kind: Field['kind']
  source: Field['source']
  metadata: string
  required: boolean
  unit: string
  min: number | undefined
  max: number | undefined
  pattern: string
  normal: (typeof NORMALS)[number]
}

export function EditField({ field, fields, close, save, remove }: Props) {
  const { t } = useTranslation()
  const [form, setForm] = useState(() => formOf(field))
  const [id, setId] = useState('')
  const set = (part: Partial<Form>) => setForm((old) => ({ ...old, ...part }))
  const name = field?.id ?? (id || nameFrom(form.title))
  const taken = !field && fields.some((each) => each.id === name)
  const choose = <K extends string>(
    label: string,
    of: readonly K[],
    value: K,
    onChange: (value: K) => void,
    words: (value: K) => string,
  ) => (
    <Select
      label={label}
      data={of.map((each) => ({ value: each, label: words(each) }))}
      value={value}
      onChange={(chosen) => chosen && onChange(chosen as K)}
      allowDeselect={false}
    />
  )
  return (
    <Modal
      opened
      onClose={close}
      title={field ? (field.title ?? plain(field.id)) : t('taxonomy.newField')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
      size="lg"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save(fieldOf(name, form))
        }}
      >
        <Stack gap="sm">
          <Group grow align="start">
            <TextInput
              label={t('taxonomy.title')}
              value={form.title}
              placeholder={field && plain(field.id)}
              onChange={(event) => set({ title: event.currentTarget.value })}
              maxLength={120}
              data-autofocus
            />
            <TextInput
              label={t('taxonomy.id')}
              value={name}
              onChange={(event) => setId(event.currentTarget.value)}
              disabled={field !== undefined}
              error={taken ? t('taxonomy.taken') : undefined}
            />
          </Group>
          <Textarea
            label={t('taxonomy.description')}
            value={form.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
            maxLength={500}
            autosize
            minRows={2}
          />
          <Group grow align="start">
            {field === undefined &&
              choose(
                t('taxonomy.kindLabel'),
                KINDS,
                form.kind,
                (kind) => set({ kind }),
                (kind) => t(`taxonomy.kind.${kind}`),
              )}
            {choose(
              t('taxonomy.sourceLabel'),
              SOURCES,
              form.source,
              (source) => set({ source }),
              (source) => t(`taxonomy.source.${source}`),
            )}
          </Group>
          {form.source === 'metadata' && (
            <TextInput
              label={t('taxonomy.metadata')}
              value={form.metadata}
              onChange={(event) => set({ metadata: event.currentTarget.value })}
              required
            />
          )}
          {form.kind === 'number' && (
            <Group grow align="start">
              <TextInput
                label={t('taxonomy.unit')}
                value={form.unit}
                onChange={(event) => set({ unit: event.currentTarget.value })}
              />
              <NumberInput
                label={t('taxonomy.min')}
                value={form.min ?? ''}
                onChange={(min) => set({ min: numberOf(min) })}
              />
              <NumberInput
                label={t('taxonomy.max')}
                value={form.max ?? ''}
                onChange={(max) => set({ max: numberOf(max) })}
              />
            </Group>
          )}
          {form.kind === 'entity' && (
            <Group grow align="start">
              <TextInput
                label={t('taxonomy.pattern')}
                value={form.pattern}
                onChange={(event) => set({ pattern: event.currentTarget.value })}
                classNames={{ input: 'mono' }}
              />
              {choose(
                t('taxonomy.normalLabel'),
                NORMALS,
                form.normal,
                (normal) => set({ normal }),
                (normal) => t(`taxonomy.normal.${normal}`),
              )}
            </Group>
          )}
          <Checkbox
            label={t('taxonomy.requiredLabel')}
            description={t('taxonomy.requiredHint')}
            checked={form.required}
            onChange={(event) => set({ required: event.currentTarget.checked })}
          />
          <Group justify="space-between" mt="sm">
            {field && fields.length > 1 ? (
              <Button variant="subtle" color="red" onClick={remove}>
                {t('taxonomy.removeField')}
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit" disabled={name === '' || taken}>
              {t('taxonomy.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

const numberOf = (value: number | string) => (value === '' ? undefined : Number(value))

function formOf(field: Field | undefined): Form {
  return {
    title: field?.title ?? '',
    description: field?.description ?? '',
    kind: field?.kind ?? 'choice',
    source: field?.source ?? 'model',
    metadata: field?.metadata ?? '',
    required: field?.required ?? false,
    unit: (field?.kind === 'number' && field.unit) || '',
    min: field?.kind === 'number' ? field.min : undefined,
    max: field?.kind === 'number' ? field.max : undefined,
    pattern: (field?.kind === 'entity' && field.pattern) || '',
    normal: field?.kind === 'entity' ? field.normal : 'text',
  }
}

function fieldOf(id: string, form: Form): Field {
  const { description, source, required, kind, unit, min, max, pattern, normal } = form
  const title = form.title.trim()
  const any = {
    id,
    ...(title ? { title } : {}),
    description,
    source,
    required,
    ...(source === 'metadata' ? { metadata: form.metadata.trim() } : {}),
  }
  switch (kind) {
    case 'choice':
      // A field has at least one value; the next step is to name it.
      return { ...any, kind, values: [{ id: 'other', description: '', synonyms: [], automatic: true }] }
    case 'number':
      return {
        ...any,
        kind,
        ...(unit ? { unit } : {}),
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
      }
    case 'entity':
      return { ...any, kind, normal, ...(pattern ? { pattern } : {}) }
    default:
      return { ...any, kind }
  }
}
