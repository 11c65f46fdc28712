/** Where tickets go: the published map, its draft, what publishing would change, and what was published before. */
import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type MapDocument, taxonomy, useMay } from '../../api.ts'
import { ChangesCard } from '../../parts/draft/changes.tsx'
import { ConflictDialog } from '../../parts/draft/conflict.tsx'
import { DraftHead, type Shown } from '../../parts/draft/head.tsx'
import { Views } from '../../parts/draft/views.tsx'
import { ChangeList } from './changes.tsx'
import { useCheck } from './check.ts'
import { EditDialog } from './edit.tsx'
import { FileMenu } from './file-menu.tsx'
import { Findings } from './findings.tsx'
import { RowList } from './list.tsx'
import { Matrix } from './matrix.tsx'
import { Presence } from './presence.tsx'
import { Preview } from './preview.tsx'
import { applyEdit, diff, type Edit, moveRow, type When } from './rows.ts'
import { useMapDraft } from './use-draft.ts'
import { MapVersions } from './versions.tsx'
import './words.ts'
import './map.css'

const route = getRouteApi('/inside/map')
const VIEWS = ['matrix', 'rows', 'hours', 'versions'] as const

export function RoutingMap() {
  const { t } = useTranslation()
  const draft = useMapDraft()
  const mayEdit = useMay('edit')
  const { view = 'matrix', cell } = route.useSearch()
  const navigate = route.useNavigate()
  const [shown, setShown] = useState<Shown>('draft')
  const { data: fields } = useSuspenseQuery(taxonomy)
  const changes = diff(draft.published, draft.document)
  const shownMap = shown === 'draft' ? draft.document : draft.published
  const { rows } = shownMap
  const check = useCheck(shownMap)
  const editable = mayEdit && shown === 'draft'
  const open = (when: When | undefined) =>
    void navigate({ search: (old) => ({ ...old, cell: when }), replace: when === undefined })
  const change = (edit: (map: MapDocument) => MapDocument) => draft.save.mutate(edit)
  const save = (edit: Edit) => change((old) => applyEdit(old, edit))
  return (
    <div className="page wide">
      <DraftHead
        title={t('map.title')}
        draft={draft}
        changed={changes.length}
        mayEdit={mayEdit}
        shown={shown}
        show={setShown}
      />
      <div className="mapbar">
        <Views
          label={t('map.views')}
          views={VIEWS.map((each) => ({
            name: t(each === 'versions' ? 'draft.versions' : `map.${each}`),
            link: { to: '/map', search: { view: each === 'matrix' ? undefined : each } },
            current: each === view,
          }))}
        />
        <FileMenu tag={draft.tag} refresh={draft.refresh} mayEdit={mayEdit} />
      </div>
      {view === 'versions' ? (
        <MapVersions draft={draft} mayEdit={mayEdit} />
      ) : (
        <div className="withside" data-calm={changes.length === 0 || undefined}>
          {view === 'rows' ? (
            <RowList
              rows={rows}
              check={check}
              open={editable ? open : undefined}
              remove={(when) => save({ remove: when })}
              move={(when, by) => change((old) => moveRow(old, when, by))}
            />
          ) : view === 'hours' ? (
            <Presence map={shownMap} check={check} save={editable ? change : undefined} />
          ) : (
            <Matrix
              rows={rows}
              was={draft.published.rows}
              fields={fields}
              dead={check?.dead ?? []}
              open={editable ? open : undefined}
            />
          )}
          <div className="side">
            <ChangesCard draft={draft} count={changes.length} hint={t('map.noChanges')}>
              <ChangeList changes={changes} />
            </ChangesCard>
            <Findings check={check} document={shownMap} />
            {draft.hasDraft && changes.length > 0 && <Preview tag={draft.tag} />}
          </div>
        </div>
      )}
      {cell && editable && (
        <EditDialog
          key={JSON.stringify(cell)}
          when={cell}
          map={draft.document}
          fields={fields}
          close={() => open(undefined)}
          save={(edit) => {
            save(edit)
            open(undefined)
          }}
        />
      )}
      <ConflictDialog
        draft={draft}
        changes={(from, to) => {
          const between = diff(from, to)
          return between.length > 0 ? <ChangeList changes={between} /> : null
        }}
      />
    </div>
  )
}
