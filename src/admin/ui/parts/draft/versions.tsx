/** Everything that was published: who, when, why, what going back to it would change, and the way back. */
import { Badge, Button, Paper } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../format.ts'
import type { AnyDraft } from './use-draft.ts'

type VersionRow = {
  version: number
  author: string
  comment: string
  createdAt: string
  publishedAt?: string | null
  state?: 'draft' | 'published'
}

type Props = {
  items: VersionRow[]
  draft: Pick<AnyDraft, 'version' | 'restore'>
  mayEdit: boolean
  /** What going back to this version would change. */
  difference: (version: number) => ReactNode
}

export function Versions({ items, draft, mayEdit, difference }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const [open, setOpen] = useState<number | null>(null)
  return (
    <Paper component="section" className="card" aria-label={t('draft.versions')}>
      <ul className="lines versions">
        {items.map((item) => (
          <li key={item.version}>
            <b className="num">{t('draft.version', { version: item.version })}</b>
            {item.version === draft.version && <Badge color="rail">{t('draft.inUse')}</Badge>}
            {item.state === 'draft' && <Badge color="gray">{t('draft.draft')}</Badge>}
            <span className="cut">{item.comment || <span className="dim">{t('draft.noComment')}</span>}</span>
            <span className="spacer" />
            <span className="dim nowrap">
              {item.author}, {format.short(item.publishedAt ?? item.createdAt)}
            </span>
            {item.version !== draft.version && (
              <Button
                variant="subtle"
                size="compact-sm"
                aria-expanded={open === item.version}
                onClick={() => setOpen(open === item.version ? null : item.version)}
              >
                {t('draft.compare')}
              </Button>
            )}
            {mayEdit && item.state !== 'draft' && item.version !== draft.version && (
              <Button
                variant="default"
                size="compact-sm"
                loading={draft.restore.isPending && draft.restore.variables === item.version}
                onClick={() => draft.restore.mutate(item.version)}
              >
                {t('draft.restore')}
              </Button>
            )}
            {open === item.version && <div className="difference">{difference(item.version)}</div>}
          </li>
        ))}
      </ul>
    </Paper>
  )
}
