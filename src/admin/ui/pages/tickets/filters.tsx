/** The filters. The first ones are always there; those that the address names otherwise are shown as chips. */
import { Button, Pill, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { SearchIcon } from '@primer/octicons-react'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { taxonomy, todays, valuesOf } from '../../api.ts'
import { plain, useFieldName, useFormat } from '../../parts/format.ts'
import type { TicketsSearch } from '../../search.ts'

const route = getRouteApi('/inside/tickets')
const FIELDS = ['service', 'category', 'priority'] as const
const TYPING_MS = 250

type Props = {
  filter: Omit<TicketsSearch, 'id'>
  set: (change: Partial<TicketsSearch>, replace?: boolean) => void
  searchBox: RefObject<HTMLInputElement | null>
}

export function Filters({ filter, set, searchBox }: Props) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const { data: fields } = useSuspenseQuery(taxonomy)
  const { data: day } = useQuery(todays)
  const typed = useDebouncedCallback((text: string) => set({ text: text || undefined, id: undefined }, true), TYPING_MS)
  const choice = (name: 'connection' | (typeof FIELDS)[number], label: string, values: string[], width: number) => (
    <Select
      key={name}
      aria-label={label}
      placeholder={label}
      value={filter[name] ?? null}
      onChange={(value) => set({ [name]: value ?? undefined, id: undefined })}
      data={values.map((value) => ({ value, label: name === 'connection' ? value : plain(value) }))}
      clearable
      searchable
      clearButtonProps={{ 'aria-label': t('common.any') }}
      nothingFoundMessage={t('common.nothing')}
      w={{ base: undefined, sm: width }}
    />
  )
  return (
    <>
      <search className="filters">
        <TextInput
          ref={searchBox}
          defaultValue={filter.text ?? ''}
          onChange={(event) => typed(event.currentTarget.value.trim())}
          leftSection={<SearchIcon size={14} />}
          placeholder={t('tickets.search')}
          aria-label={t('tickets.search')}
          type="search"
          w={{ base: undefined, sm: 210 }}
        />
        {FIELDS.map((field) => choice(field, nameOf(field), valuesOf(fields, field), 136))}
        {choice('connection', t('tickets.connection'), day?.connections.map(({ name }) => name) ?? [], 170)}
      </search>
      <Chips filter={filter} set={set} />
    </>
  )
}

/** Filters that come from a link, each with a way to remove it. */
function Chips({ filter, set }: Omit<Props, 'searchBox'>) {
  const { t } = useTranslation()
  const navigate = route.useNavigate()
  const nameOf = useFieldName()
  const format = useFormat()
  const { since, until, overridden, newest, map } = filter
  const chips: [keyof TicketsSearch, string][] = []
  if (since) chips.push(['since', t('tickets.since', { at: format.short(since) })])
  if (until) chips.push(['until', t('tickets.until', { at: format.short(until) })])
  if (overridden)
    chips.push([
      'overridden',
      overridden === 'any' ? t('tickets.overriddenAny') : t('tickets.overridden', { field: nameOf(overridden) }),
    ])
  if (newest) chips.push(['newest', t('tickets.newestOnly')])
  if (map !== undefined) chips.push(['map', t('tickets.map', { version: map })])
  for (const name of ['group', 'assignee', 'language', 'source', 'model'] as const)
    if (filter[name]) chips.push([name, `${t(`tickets.${name}`)}: ${filter[name]}`])
  const { outcome: _, ...others } = filter // the tabs
  if (Object.values(others).every((value) => value === undefined)) return null
  return (
    <div className="chips">
      {chips.map(([name, label]) => (
        <Pill
          key={name}
          withRemoveButton
          onRemove={() => set({ [name]: undefined, id: undefined })}
          removeButtonProps={{
            'aria-label': t('tickets.remove', { filter: label }),
            'aria-hidden': false,
            tabIndex: 0,
          }}
        >
          {label}
        </Pill>
      ))}
      <Button
        variant="subtle"
        color="gray"
        size="compact-xs"
        onClick={() => void navigate({ search: ({ outcome }) => ({ outcome }) })}
      >
        {t('tickets.clear')}
      </Button>
    </div>
  )
}
