/** Where tickets go: the published map, its draft, what publishing would change, and what was published before. */
import { Button, SegmentedControl } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { taxonomy, useMay } from '../../api.ts'
import { Changes } from './changes.tsx'
import { ConflictDialog } from './conflict.tsx'
import { EditDialog } from './edit.tsx'
import { RowList } from './list.tsx'
import { Matrix } from './matrix.tsx'
import { Preview } from './preview.tsx'
import { PublishDialog } from './publish.tsx'
import { diff, type When } from './rows.ts'
import { type Draft, useDraft } from './use-draft.ts'
import { Versions } from './versions.tsx'
import './words.ts'
import './map.css'

const route = getRouteApi('/inside/map')

export function RoutingMap() {
  const draft = useDraft()
  const mayEdit = useMay('edit')
  const { view = 'matrix', cell } = route.useSearch()
  const navigate = route.useNavigate()
  const [shown, setShown] = useState<'draft' | 'published'>('draft')
  const { data: fields } = useSuspenseQuery(taxonomy)
  const changes = diff(draft.published, draft.rows)
  const rows = shown === 'draft' ? draft.rows : draft.published
  const editable = mayEdit && shown === 'draft'
  const open = (when: When | undefined) =>
    void navigate({ search: (old) => ({ ...old, cell: when }), replace: when === undefined })
  return (
    <div className="page wide">
      <Head draft={draft} changed={changes.length} mayEdit={mayEdit} shown={shown} show={setShown} />
      <Views current={view} />
      {view === 'versions' ? (
        <Versions draft={draft} mayEdit={mayEdit} />
      ) : (
        <div className="mapwrap" data-calm={changes.length === 0 || undefined}>
          {view === 'rows' ? (
            <RowList
              rows={rows}
              faults={shown === 'draft' ? (draft.state.draft?.faults ?? []) : []}
              dead={draft.state.dead}
              open={editable ? open : undefined}
              remove={(when) => draft.save.mutate({ remove: when })}
            />
          ) : (
            <Matrix
              rows={rows}
              was={draft.published}
              fields={fields}
              dead={draft.state.dead}
              open={editable ? open : undefined}
            />
          )}
          <div className="mapside">
            <Changes changes={changes} faults={draft.state.draft?.faults ?? []} author={draft.state.draft?.author} />
            {draft.state.draft && changes.length > 0 && <Preview tag={draft.state.tag} />}
          </div>
        </div>
      )}
      {cell && editable && (
        <EditDialog
          key={JSON.stringify(cell)}
          when={cell}
          rows={draft.rows}
          fields={fields}
          close={() => open(undefined)}
          save={(edit) => {
            draft.save.mutate(edit)
            open(undefined)
          }}
        />
      )}
      {draft.conflict && <ConflictDialog draft={draft} conflict={draft.conflict} />}
    </div>
  )
}

type HeadProps = {
  draft: Draft
  changed: number
  mayEdit: boolean
  shown: 'draft' | 'published'
  show: (which: 'draft' | 'published') => void
}

function Head({ draft, changed, mayEdit, shown, show }: HeadProps) {
  const { t } = useTranslation()
  const [publishing, setPublishing] = useState(false)
  const { state, save, discard } = draft
  const faults = state.draft?.faults.length ?? 0
  const whyNot = changed === 0 ? t('map.nothingToPublish') : faults > 0 ? t('map.fixFirst') : undefined
  return (
    <div className="head">
      <h1>{t('map.title')}</h1>
      {state.published && <span className="dim num">{t('map.version', { version: state.published.version })}</span>}
      {state.draft && (
        <SegmentedControl
          size="xs"
          value={shown}
          onChange={(value) => show(value as typeof shown)}
          data={[
            { value: 'draft', label: t('map.draft') },
            { value: 'published', label: t('map.published') },
          ]}
        />
      )}
      <span className="dim" role="status">
        {save.isPending ? t('map.saving') : save.isSuccess ? t('map.saved') : ''}
      </span>
      <span className="spacer" />
      {mayEdit && (
        <>
          {state.draft && (
            <Button variant="default" loading={discard.isPending} onClick={() => discard.mutate()}>
              {t('map.discard')}
            </Button>
          )}
          <Button disabled={whyNot !== undefined} title={whyNot} onClick={() => setPublishing(true)}>
            {t('map.publish')}
          </Button>
        </>
      )}
      {publishing && <PublishDialog draft={draft} changed={changed} close={() => setPublishing(false)} />}
    </div>
  )
}

function Views({ current }: { current: 'matrix' | 'rows' | 'versions' }) {
  const { t } = useTranslation()
  return (
    <nav className="tabs maptabs" aria-label={t('map.views')}>
      {(['matrix', 'rows', 'versions'] as const).map((view) => (
        <Link
          key={view}
          to="/map"
          search={{ view: view === 'matrix' ? undefined : view }}
          aria-current={view === current ? 'true' : undefined}
          activeOptions={{ exact: true, explicitUndefined: true }}
        >
          {t(`map.${view}`)}
        </Link>
      ))}
    </nav>
  )
}
