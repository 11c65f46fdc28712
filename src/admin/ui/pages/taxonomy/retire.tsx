/** Before a value goes: what names it, and which other value takes its place. */
import { Button, Group, Modal, Select, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { plain } from '../../parts/format.ts'
import { TouchedList } from '../../parts/policy/touched.tsx'
import { retireValue } from './edits.ts'
import type { Field } from './use-draft.ts'

type Props = {
  field: Extract<Field, { values: unknown }>
  id: string
  /** As they are in the draft. */
  fields: Field[]
  close: () => void
  save: (into: string | null) => void
}

export function RetireDialog({ field, id, fields, close, save }: Props) {
  const { t } = useTranslation()
  const [into, setInto] = useState<string | null>(null)
  const { data, error } = useQuery({
    queryKey: ['taxonomy', 'retire', field.id, id, into, fields],
    queryFn: () => said(api.taxonomy.preview.$post({ json: { fields: retireValue(field.id, id, into)(fields) } })),
    placeholderData: (old) => old,
  })
  return (
    <Modal
      opened
      onClose={close}
      title={t('taxonomy.retireTitle', { name: plain(id) })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
      size="lg"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save(into)
        }}
      >
        <Stack gap="sm">
          <Select
            label={t('taxonomy.into')}
            description={t('taxonomy.intoHint')}
            placeholder={t('taxonomy.intoNone')}
            data={field.values
              .filter((value) => value.id !== id)
              .map((value) => ({ value: value.id, label: value.title ?? plain(value.id) }))}
            value={into}
            onChange={setInto}
            clearable
            clearButtonProps={{ 'aria-label': t('taxonomy.intoNone') }}
            searchable
          />
          {error && <FaultText error={error} />}
          {!data && !error && <p className="dim">{t('policy.checking')}</p>}
          {data && (
            <section aria-label={t('policy.touches')}>
              <TouchedList {...data} />
              {data.breaks.length + data.follows.length === 0 && <p className="dim">{t('policy.breaksNone')}</p>}
            </section>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" color={into === null ? 'red.9' : undefined}>
              {into === null ? t('taxonomy.retireNow') : t('taxonomy.mergeNow', { name: plain(into) })}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
