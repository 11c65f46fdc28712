import { api, done, rules, said } from '../../api.ts'
import { type Source, useDraft } from '../../parts/draft/use-draft.ts'

export type RulesState = Awaited<ReturnType<NonNullable<typeof rules.queryFn>>>
export type Rule = RulesState['rules'][number]

const { draft, versions } = api.rules

const source: Source<RulesState, Rule[]> = {
  query: rules,
  name: 'rules',
  view: ({ tag, version, rules, draft }) => ({
    tag,
    version,
    published: rules,
    draft: draft && { ...draft, document: draft.rules },
  }),
  save: (header, rules) => said(draft.$put({ header, json: { rules } })),
  discard: (header) => done(draft.$delete({ header })),
  restore: (header, version) =>
    said(versions[':version'].restore.$post({ header, param: { version: String(version) } })),
  publish: (header, json) => said(draft.publish.$post({ header, json })),
}

export const useRulesDraft = () => useDraft(source)
export type RulesDraft = ReturnType<typeof useRulesDraft>
