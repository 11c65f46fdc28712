import { api, done, type MapRow, type MapState, routingMap, said } from '../../api.ts'
import { type Source, useDraft } from '../../parts/draft/use-draft.ts'

const { draft, versions } = api['routing-map']

const source: Source<MapState, MapRow[]> = {
  query: routingMap,
  name: 'map',
  view: ({ tag, published, draft }) => ({
    tag,
    version: published?.version ?? null,
    published: published?.rows ?? [],
    draft: draft && { ...draft, document: draft.rows },
  }),
  save: (header, rows) => said(draft.$put({ header, json: { rows, comment: '' } })),
  discard: (header) => done(draft.$delete({ header })),
  restore: (header, version) =>
    said(versions[':version'].restore.$post({ header, param: { version: String(version) } })),
  publish: (header, json) => said(draft.publish.$post({ header, json })),
}

export const useMapDraft = () => useDraft(source)
export type MapDraft = ReturnType<typeof useMapDraft>
