/** Makes the text a test: the values that are right, as a person knows them. */
import { Button, Group, Select } from '@mantine/core'
import { BeakerIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { taxonomy, valuesOf } from '../../api.ts'
import { plain, useFieldName } from '../../parts/format.ts'
import type { Test } from './tests.ts'
import type { Classified } from './use-classify.ts'

type Props = { result: Classified; add: (test: Test) => void }

export function MakeTest({ result, add }: Props) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const { data } = useQuery(taxonomy)
  const [changed, setChanged] = useState<Record<string, string | null>>({})
  const fields = data?.fields.filter(({ id }) => valuesOf(data, id).length > 0) ?? []
  const chosen = (field: string) => changed[field] ?? (field in changed ? null : (result.values[field] ?? null))
  const labels = Object.fromEntries(
    fields.flatMap(({ id }) => {
      const value = chosen(id)
      return value === null ? [] : [[id, value]]
    }),
  )
  const { subject, text } = result.prepared
  return (
    <section className="usetext" aria-label={t('playground.makeTest')}>
      <h3>{t('playground.makeTest')}</h3>
      <Group gap="xs" align="end">
        {fields.map(({ id, title }) => (
          <Select
            key={id}
            w={140}
            label={title ?? nameOf(id)}
            placeholder={t('playground.notTested')}
            data={valuesOf(data!, id).map((value) => ({ value, label: plain(value) }))}
            value={chosen(id)}
            onChange={(value) => setChanged((old) => ({ ...old, [id]: value }))}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t('playground.notTested') }}
          />
        ))}
        <Button
          variant="default"
          leftSection={<BeakerIcon />}
          disabled={Object.keys(labels).length === 0}
          onClick={() => add({ id: crypto.randomUUID(), subject, text, labels })}
        >
          {t('playground.addTest')}
        </Button>
      </Group>
    </section>
  )
}
