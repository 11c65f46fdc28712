/** What is decided for a ticket: the fields and their values, their draft, what it touches, and earlier versions. */
import { Button } from '@mantine/core'
import { PlusIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { diff } from '../../../../policy/diff.ts'
import { partsOfTaxonomy } from '../../../../policy/parts.ts'
import { api, said, useMay } from '../../api.ts'
import { ChangesCard } from '../../parts/draft/changes.tsx'
import { ConflictDialog } from '../../parts/draft/conflict.tsx'
import { DraftHead, type Shown } from '../../parts/draft/head.tsx'
import { Views } from '../../parts/draft/views.tsx'
import { useFieldName } from '../../parts/format.ts'
import { PolicyChanges } from '../../parts/policy/change-list.tsx'
import { Touched } from '../../parts/policy/touched.tsx'
import type { TaxonomySearch } from '../../search.ts'
import { EditField } from './edit-field.tsx'
import { EditValue } from './edit-value.tsx'
import { moveValue, removeField, retireValue, setField, setValue, valueFrom } from './edits.ts'
import { Helpdesks } from './helpdesks.tsx'
import { RetireDialog } from './retire.tsx'
import { type Field, type TaxonomyDraft, useTaxonomyDraft } from './use-draft.ts'
import { Values } from './values.tsx'
import { TaxonomyVersions } from './versions.tsx'
import './words.ts'
import './taxonomy.css'

const route = getRouteApi('/inside/taxonomy')

const diffFields = (from: Field[], to: Field[]) =>
  diff(partsOfTaxonomy({ fields: from }), partsOfTaxonomy({ fields: to }))

export function Taxonomy() {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const draft = useTaxonomyDraft()
  const mayEdit = useMay('edit')
  const mayCompare = useMay('read-connections')
  const search = route.useSearch()
  const [shown, setShown] = useState<Shown>('draft')
  const changes = diffFields(draft.published, draft.document)
  const fields = shown === 'draft' ? draft.document : draft.published
  const editable = mayEdit && shown === 'draft'
  const field = fields.find(({ id }) => id === search.field) ?? fields[0]!
  const navigate = route.useNavigate()
  const open = (to: TaxonomySearch) => void navigate({ search: { field: field.id, ...to } })
  const isVersions = search.view === 'versions'
  return (
    <div className="page">
      <DraftHead
        title={t('taxonomy.page')}
        draft={draft}
        changed={changes.length}
        mayEdit={mayEdit}
        shown={shown}
        show={setShown}
      />
      <Views
        label={t('taxonomy.views')}
        views={[
          ...fields.map(({ id, title }) => ({
            name: title ?? nameOf(id),
            link: { to: '/taxonomy' as const, search: { field: id } },
            current: !isVersions && id === field.id,
          })),
          {
            name: t('draft.versions'),
            link: { to: '/taxonomy' as const, search: { view: 'versions' as const } },
            current: isVersions,
          },
        ]}
      />
      {isVersions ? (
        <TaxonomyVersions draft={draft} mayEdit={mayEdit} />
      ) : (
        <div className="withside" data-calm={changes.length === 0 || undefined}>
          <div className="stack">
            <Values
              field={field}
              open={editable ? (value) => open({ value }) : undefined}
              editField={() => open({ edit: field.id })}
              move={(value, by) => draft.save.mutate(moveValue(field.id, value, by))}
            />
            {mayCompare && field.kind === 'choice' && (
              <Helpdesks
                key={field.id}
                field={field}
                add={editable ? (name, id) => draft.save.mutate(setValue(field.id, valueFrom(name, id))) : undefined}
              />
            )}
            {editable && (
              <div>
                <Button variant="subtle" leftSection={<PlusIcon />} onClick={() => open({ edit: '' })}>
                  {t('taxonomy.addField')}
                </Button>
              </div>
            )}
          </div>
          <div className="side">
            <ChangesCard draft={draft} count={changes.length} hint={t('taxonomy.hint')}>
              <PolicyChanges changes={changes} />
            </ChangesCard>
            {draft.hasDraft && changes.length > 0 && <DraftTouches tag={draft.tag} />}
          </div>
        </div>
      )}
      {editable && <Dialogs key={JSON.stringify(search)} search={search} field={field} draft={draft} open={open} />}
      <ConflictDialog
        draft={draft}
        changes={(from, to) => {
          const between = diffFields(from, to)
          return between.length > 0 ? <PolicyChanges changes={between} /> : null
        }}
      />
    </div>
  )
}

type DialogsProps = {
  search: TaxonomySearch
  field: Field
  draft: TaxonomyDraft
  open: (to: TaxonomySearch) => void
}

/** What the address says is being edited. */
function Dialogs({ search, field, draft, open }: DialogsProps) {
  const close = () => open({})
  const save = (edit: Parameters<typeof draft.save.mutate>[0], to: TaxonomySearch = {}) => {
    draft.save.mutate(edit)
    open(to)
  }
  const { edit, value: id, retire } = search
  if (edit !== undefined) {
    const edited = draft.document.find((each) => each.id === edit)
    return (
      <EditField
        field={edited}
        fields={draft.document}
        close={close}
        save={(changed) => save(setField(changed, edited?.id), { field: changed.id })}
        remove={() => save(removeField(edit), { field: undefined })}
      />
    )
  }
  if (field.kind !== 'choice' || id === undefined) return null
  const value = field.values.find((each) => each.id === id)
  if (retire && value)
    return (
      <RetireDialog
        field={field}
        id={id}
        fields={draft.document}
        close={close}
        save={(into) => save(retireValue(field.id, id, into))}
      />
    )
  return (
    <EditValue
      field={field}
      value={value}
      close={close}
      save={(changed) => save(setValue(field.id, changed, value?.id))}
      retire={() => open({ value: id, retire: true })}
    />
  )
}

/** What the draft breaks, and what publishing carries along. */
function DraftTouches({ tag }: { tag: string }) {
  const { data } = useQuery({
    // A saved draft has another tag.
    queryKey: ['taxonomy', 'preview', tag],
    queryFn: () => said(api.taxonomy.draft.preview.$post()),
  })
  return data ? <Touched breaks={data.breaks} follows={data.follows} /> : null
}
