/** One value: how it is called, when it is right, and whether it may be set without a person. */
import { Button, Checkbox, Group, Modal, Stack, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { plain } from '../../parts/format.ts'
import { nameFrom } from './edits.ts'
import type { Field, Value } from './use-draft.ts'

type Props = {
  field: Extract<Field, { values: unknown }>
  /** Absent: a new one. */
  value: Value | undefined
  close: () => void
  save: (value: Value) => void
  retire: () => void
}

const NEW: Value = { id: '', description: '', synonyms: [], automatic: true }

export function EditValue({ field, value = NEW, close, save, retire }: Props) {
  const { t } = useTranslation()
  const isNew = value.id === ''
  const [title, setTitle] = useState(value.title ?? '')
  const [id, setId] = useState(value.id)
  const [description, setDescription] = useState(value.description)
  const [synonyms, setSynonyms] = useState(value.synonyms)
  const [automatic, setAutomatic] = useState(value.automatic)
  const [guarded, setGuarded] = useState(value.guarded ?? false)
  const name = isNew ? id || nameFrom(title) : value.id
  const taken = isNew && field.values.some((each) => each.id === name)
  return (
    <Modal
      opened
      onClose={close}
      title={isNew ? t('taxonomy.newValue', { field: field.title ?? field.id }) : (value.title ?? plain(value.id))}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
      size="lg"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const { title: _, guarded: __, ...rest } = value
          save({
            ...rest,
            ...(title.trim() ? { title: title.trim() } : {}),
            id: name,
            description,
            synonyms,
            automatic,
            ...(guarded ? { guarded } : {}),
          })
        }}
      >
        <Stack gap="sm">
          <Group grow align="start">
            <TextInput
              label={t('taxonomy.title')}
              value={title}
              placeholder={plain(value.id)}
              onChange={(event) => setTitle(event.currentTarget.value)}
              maxLength={120}
              data-autofocus
            />
            <TextInput
              label={t('taxonomy.id')}
              description={isNew ? undefined : t('taxonomy.idStays')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={name}
              onChange={(event) => setId(event.currentTarget.value)}
              disabled={!isNew}
              error={taken ? t('taxonomy.taken') : undefined}
            />
          </Group>
          <Textarea
            label={t('taxonomy.description')}
            description={t('taxonomy.descriptionHint')}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
          />
          <TagsInput
            label={t('taxonomy.synonyms')}
            description={t('taxonomy.synonymsHint')}
            value={synonyms}
            onChange={setSynonyms}
            maxTags={100}
            splitChars={[',', ';']}
          />
          <Checkbox
            label={t('taxonomy.neverAutomatic')}
            description={t('taxonomy.neverAutomaticHint')}
            checked={!automatic}
            onChange={(event) => setAutomatic(!event.currentTarget.checked)}
          />
          <Checkbox
            label={t('taxonomy.guard')}
            checked={guarded}
            onChange={(event) => setGuarded(event.currentTarget.checked)}
          />
          <Group justify="space-between" mt="sm">
            {isNew ? (
              <span />
            ) : (
              <Button
                variant="subtle"
                color="red"
                onClick={retire}
                disabled={field.values.length < 2}
                title={field.values.length < 2 ? t('taxonomy.lastValue') : undefined}
              >
                {t('taxonomy.retire')}
              </Button>
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
