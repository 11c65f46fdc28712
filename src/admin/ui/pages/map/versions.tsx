/** Everything that was published: who, when, why, what it changed against the map of today, and the way back. */
import { Badge, Button, Paper } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { version, versions } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { useFormat } from '../../parts/format.ts'
import { ChangeList } from './changes.tsx'
import { diff } from './rows.ts'
import type { Draft } from './use-draft.ts'

export function Versions({ draft, mayEdit }: { draft: Draft; mayEdit: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, error } = useQuery(versions)
  const [open, setOpen] = useState<number | null>(null)
  const current = draft.state.published?.version
  if (error) return <FaultText error={error} />
  return (
    <Paper component="section" className="card" aria-label={t('map.versions')}>
      <ul className="lines versions">
        {data?.items.map((item) => (
          <li key={item.version}>
            <b className="num">{t('map.version', { version: item.version })}</b>
            {item.version === current && <Badge color="rail">{t('map.inUse')}</Badge>}
            {item.state === 'draft' && <Badge color="gray">{t('map.draft')}</Badge>}
            <span className="cut">{item.comment || <span className="dim">{t('map.noComment')}</span>}</span>
            <span className="spacer" />
            <span className="dim nowrap">
              {item.author}, {format.short(item.publishedAt ?? item.createdAt)}
            </span>
            {item.version !== current && (
              <Button
                variant="subtle"
                size="compact-sm"
                aria-expanded={open === item.version}
                onClick={() => setOpen(open === item.version ? null : item.version)}
              >
                {t('map.compare')}
              </Button>
            )}
            {mayEdit && item.state === 'published' && item.version !== current && (
              <Button
                variant="default"
                size="compact-sm"
                loading={draft.restore.isPending && draft.restore.variables === item.version}
                onClick={() => draft.restore.mutate(item.version)}
              >
                {t('map.restore')}
              </Button>
            )}
            {open === item.version && <Difference n={item.version} draft={draft} />}
          </li>
        ))}
      </ul>
    </Paper>
  )
}

/** What going back to this version would change. */
function Difference({ n, draft }: { n: number; draft: Draft }) {
  const { t } = useTranslation()
  const { data } = useQuery(version(n))
  if (!data) return null
  const changes = diff(draft.published, data.rows)
  return (
    <div className="difference">
      {changes.length === 0 ? <span className="dim">{t('map.same')}</span> : <ChangeList changes={changes} />}
    </div>
  )
}
