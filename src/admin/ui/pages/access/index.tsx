/** Who may come in, and what they may do: tokens, open sessions, roles. */

import { Button } from '@mantine/core'
import { PlusIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api.ts'
import { useFormat } from '../../parts/format.ts'
import { CreateToken } from './create-token.tsx'
import { sessions, tokens } from './queries.ts'
import { Roles } from './roles.tsx'
import { Sessions } from './sessions.tsx'
import { Tokens } from './tokens.tsx'
import './words.ts'
import './access.css'

const route = getRouteApi('/inside/access')

export function Access() {
  const { t } = useTranslation()
  const { view } = route.useSearch()
  const mayAdminister = useMay('administer')
  const [creating, setCreating] = useState(false)
  return (
    <div className="page">
      <div className="head">
        <h1>{t('access.title')}</h1>
        <span className="spacer" />
        {mayAdminister && (
          <Button leftSection={<PlusIcon />} onClick={() => setCreating(true)}>
            {t('access.create')}
          </Button>
        )}
      </div>
      <Views />
      {view === 'sessions' ? (
        <Sessions mayEnd={mayAdminister} />
      ) : view === 'roles' ? (
        <Roles />
      ) : (
        <Tokens mayRevoke={mayAdminister} />
      )}
      {creating && <CreateToken close={() => setCreating(false)} />}
    </div>
  )
}

function Views() {
  const { t } = useTranslation()
  const format = useFormat()
  const { view } = route.useSearch()
  const { data: allTokens } = useQuery(tokens)
  const { data: open } = useQuery(sessions)
  const tab = (to: typeof view, name: string, n: number | undefined) => (
    <Link
      key={name}
      from="/access"
      to="."
      search={{ view: to }}
      aria-current={view === to ? 'true' : undefined}
      activeOptions={{ exact: true, explicitUndefined: true }}
    >
      {name} {n !== undefined && <span className="dim num">{format.number(n)}</span>}
    </Link>
  )
  return (
    <nav className="tabs" aria-label={t('access.title')}>
      {tab(undefined, t('access.tokens'), allTokens?.items.filter(({ revokedAt }) => !revokedAt).length)}
      {tab('sessions', t('access.sessions'), open?.items.length)}
      {tab('roles', t('access.roles'), undefined)}
    </nav>
  )
}
