/** What is decided without a model: the rules, their draft, and what was published before. */
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { diff } from '../../../../policy/diff.ts'
import { partsOfRules } from '../../../../policy/parts.ts'
import { api, said, useMay } from '../../api.ts'
import { ChangesCard } from '../../parts/draft/changes.tsx'
import { ConflictDialog } from '../../parts/draft/conflict.tsx'
import { DraftHead, type Shown } from '../../parts/draft/head.tsx'
import { Views } from '../../parts/draft/views.tsx'
import { PolicyChanges } from '../../parts/policy/change-list.tsx'
import { Touched } from '../../parts/policy/touched.tsx'
import { EditRule } from './edit.tsx'
import { moveRule, removeRule, setRule } from './edits.ts'
import { RuleList } from './list.tsx'
import { type Rule, useRulesDraft } from './use-draft.ts'
import { RuleVersions } from './versions.tsx'
import './words.ts'
import './rules.css'

const route = getRouteApi('/inside/rules')

const diffRules = (from: Rule[], to: Rule[]) => diff(partsOfRules(from), partsOfRules(to))

export function Rules() {
  const { t } = useTranslation()
  const draft = useRulesDraft()
  const mayEdit = useMay('edit')
  const { view = 'rules', edit } = route.useSearch()
  const example = useRouterState({ select: ({ location }) => location.state.example })
  const navigate = route.useNavigate()
  const [shown, setShown] = useState<Shown>('draft')
  const changes = diffRules(draft.published, draft.document)
  const editable = mayEdit && shown === 'draft'
  const open = (id: string | undefined) => void navigate({ search: { edit: id } })
  const edited = draft.document.find(({ id }) => id === edit)
  const save = (change: Parameters<typeof draft.save.mutate>[0]) => {
    draft.save.mutate(change)
    open(undefined)
  }
  return (
    <div className="page wide">
      <DraftHead
        title={t('policy.rules')}
        draft={draft}
        changed={changes.length}
        mayEdit={mayEdit}
        shown={shown}
        show={setShown}
      />
      <Views
        label={t('rules.views')}
        views={(['rules', 'versions'] as const).map((each) => ({
          name: t(each === 'rules' ? 'policy.rules' : 'draft.versions'),
          link: { to: '/rules', search: { view: each === 'rules' ? undefined : each } },
          current: each === view,
        }))}
      />
      {view === 'versions' ? (
        <RuleVersions draft={draft} mayEdit={mayEdit} />
      ) : edit !== undefined && editable ? (
        <EditRule
          key={edit}
          rule={edited}
          rules={draft.document}
          example={example}
          close={() => open(undefined)}
          save={(rule) => save(setRule(rule, edited?.id))}
          remove={() => save(removeRule(edit))}
        />
      ) : (
        <div className="withside" data-calm={changes.length === 0 || undefined}>
          <RuleList
            rules={shown === 'draft' ? draft.document : draft.published}
            faults={shown === 'draft' ? draft.faults : []}
            edit={
              editable
                ? {
                    open,
                    move: (id, by) => draft.save.mutate(moveRule(id, by)),
                    set: (rule) => draft.save.mutate(setRule(rule, rule.id)),
                  }
                : undefined
            }
          />
          <div className="side">
            <ChangesCard draft={draft} count={changes.length} hint={t('rules.hint')}>
              <PolicyChanges changes={changes} />
            </ChangesCard>
            {draft.hasDraft && changes.length > 0 && <DraftTouches tag={draft.tag} />}
          </div>
        </div>
      )}
      <ConflictDialog
        draft={draft}
        changes={(from, to) => {
          const between = diffRules(from, to)
          return between.length > 0 ? <PolicyChanges changes={between} /> : null
        }}
      />
    </div>
  )
}

/** What the draft breaks. */
function DraftTouches({ tag }: { tag: string }) {
  const { data } = useQuery({
    // A saved draft has another tag.
    queryKey: ['rules', 'preview', tag],
    queryFn: () => said(api.rules.draft.preview.$post({ json: {} })),
  })
  return data ? <Touched breaks={data.breaks} follows={data.follows} /> : null
}
