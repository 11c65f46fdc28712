import { api, done, said, type Taxonomy, taxonomy } from '../../api.ts'
import { type Source, useDraft } from '../../parts/draft/use-draft.ts'

export type Field = Taxonomy['fields'][number]
export type Value = Extract<Field, { values: unknown }>['values'][number]

const { draft, versions } = api.taxonomy

const source: Source<Taxonomy, Field[]> = {
  query: taxonomy,
  name: 'taxonomy',
  view: ({ tag, version, fields, draft }) => ({
    tag,
    version,
    published: fields,
    draft: draft && { ...draft, document: draft.fields },
  }),
  save: (header, fields) => said(draft.$put({ header, json: { fields } })),
  discard: (header) => done(draft.$delete({ header })),
  restore: (header, version) =>
    said(versions[':version'].restore.$post({ header, param: { version: String(version) } })),
  publish: (header, json) => said(draft.publish.$post({ header, json })),
}

export const useTaxonomyDraft = () => useDraft(source)
export type TaxonomyDraft = ReturnType<typeof useTaxonomyDraft>
