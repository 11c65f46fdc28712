/** Ctrl-K: pages, tickets by key or text, and actions. Fetched when it is first opened. */
import '@mantine/spotlight/styles.layer.css'
import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { createSpotlight, Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight'
import { SearchIcon } from '@primer/octicons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said, startOfDay } from '../../api.ts'
import { LANGUAGES, type Language, speak } from '../../i18n/index.ts'
import { usePages } from '../pages.ts'
import './words.ts'

const [store, spotlight] = createSpotlight()
const TYPING_MS = 200
/** Fewer letters are in every ticket. */
const LETTERS = 2
const FOUND = '6'

export function Palette({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [query, setQuery] = useState('')
  const commands = useCommands()
  const tickets = useTickets(query)
  useEffect(spotlight.open, [])
  const pages = usePages().map(({ to, name, icon: Icon }) => ({
    id: to,
    label: t(`nav.${name}`),
    leftSection: <Icon />,
    onClick: () => void navigate({ to }),
  }))
  const groups = [
    { group: t('palette.pages'), actions: matching(pages, query) },
    { group: t('palette.tickets'), actions: tickets },
    { group: t('palette.actions'), actions: matching(commands, query) },
  ] satisfies SpotlightActionGroupData[]
  return (
    <Spotlight
      store={store}
      shortcut={null}
      title={t('palette.title')}
      classNames={{ header: 'unseen' }}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={close}
      actions={groups.filter(({ actions }) => actions.length > 0)}
      filter={(_, actions) => actions} // tickets are found by the server
      nothingFound={t('palette.nothing')}
      searchProps={{
        placeholder: t('palette.placeholder'),
        'aria-label': t('palette.title'),
        leftSection: <SearchIcon />,
      }}
      scrollable
      maxHeight={420}
    />
  )
}

const matching = (actions: SpotlightActionData[], query: string) =>
  actions.filter(({ label }) => label?.toLowerCase().includes(query.trim().toLowerCase()))

function useTickets(query: string): SpotlightActionData[] {
  const navigate = useNavigate()
  const [text] = useDebouncedValue(query.trim(), TYPING_MS)
  const { data } = useQuery({
    queryKey: ['decisions', 'palette', text],
    queryFn: () => said(api.decisions.$get({ query: { text, newest: 'true', limit: FOUND } })),
    enabled: text.length >= LETTERS,
    placeholderData: keepPreviousData,
  })
  if (text.length < LETTERS) return []
  return (data?.items ?? []).map(({ id, ticket }) => ({
    id,
    label: `${ticket.key}  ${ticket.subject ?? ''}`,
    onClick: () => void navigate({ to: '/tickets', search: { text: ticket.key, id } }),
  }))
}

function useCommands(): SpotlightActionData[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { setColorScheme } = useMantineColorScheme()
  const since = startOfDay()
  return [
    { id: 'review', label: t('palette.reviewNext'), onClick: () => void navigate({ to: '/review' }) },
    {
      id: 'held',
      label: t('palette.held'),
      onClick: () => void navigate({ to: '/tickets', search: { outcome: 'held', newest: true } }),
    },
    {
      id: 'overridden',
      label: t('palette.overridden'),
      onClick: () => void navigate({ to: '/tickets', search: { overridden: 'any', since } }),
    },
    ...(Object.keys(LANGUAGES) as Language[]).map((code) => ({
      id: code,
      label: t('palette.language', { name: LANGUAGES[code] }),
      onClick: () => void speak(code),
    })),
    ...(['light', 'dark', 'auto'] as const).map((scheme) => ({
      id: scheme,
      label: t('palette.scheme', { name: t(`scheme.${scheme}`) }),
      onClick: () => setColorScheme(scheme),
    })),
  ]
}
