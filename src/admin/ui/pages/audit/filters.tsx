/** Who, what, about what, and when. */
import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { SearchIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import type { AuditSearch } from '../../search.ts'
import { useActionName } from './action-name.ts'

const TYPING_MS = 250

type Props = { filter: Omit<AuditSearch, 'id'>; set: (change: Partial<AuditSearch>, replace?: boolean) => void }

export function Filters({ filter, set }: Props) {
  const { t } = useTranslation()
  const nameOf = useActionName()
  const { data } = useQuery({ queryKey: ['audit', 'facets'], queryFn: () => said(api.audit.facets.$get()) })
  const typed = useDebouncedCallback(
    (text: string) => set({ subject: text || undefined, id: undefined }, true),
    TYPING_MS,
  )
  const select = (name: 'actor' | 'action', label: string, options: { value: string; label: string }[]) => (
    <Select
      aria-label={label}
      placeholder={label}
      value={filter[name] ?? null}
      onChange={(value) => set({ [name]: value ?? undefined, id: undefined })}
      data={options}
      clearable
      searchable
      clearButtonProps={{ 'aria-label': t('common.any') }}
      nothingFoundMessage={t('common.nothing')}
    />
  )
  const day = (name: 'since' | 'until') => (
    <TextInput
      type="date"
      aria-label={t(`audit.${name}Day`)}
      leftSection={<span className="dim">{t(`audit.${name}`)}</span>}
      leftSectionWidth={44}
      value={filter[name] ?? ''}
      onChange={(event) => set({ [name]: event.currentTarget.value || undefined, id: undefined }, true)}
    />
  )
  return (
    <search className="audit-filters">
      {select(
        'actor',
        t('audit.who'),
        (data?.actors ?? []).map((value) => ({ value, label: value })),
      )}
      {select(
        'action',
        t('audit.what'),
        (data?.actions ?? []).map((value) => ({ value, label: nameOf(value) })),
      )}
      <TextInput
        // Clearing the filters empties it too.
        key={filter.subject === undefined ? 'empty' : 'filled'}
        className="subject"
        defaultValue={filter.subject ?? ''}
        onChange={(event) => typed(event.currentTarget.value.trim())}
        leftSection={<SearchIcon size={14} />}
        placeholder={t('audit.about')}
        aria-label={t('audit.about')}
        type="search"
      />
      {day('since')}
      {day('until')}
      {Object.values(filter).some((value) => value !== undefined) && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() =>
            set({ actor: undefined, action: undefined, subject: undefined, since: undefined, until: undefined })
          }
        >
          {t('audit.clear')}
        </Button>
      )}
    </search>
  )
}
