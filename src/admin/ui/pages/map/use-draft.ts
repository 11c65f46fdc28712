import { api, done, type MapDocument, type MapState, routingMap, said } from '../../api.ts'
import { type Source, useDraft } from '../../parts/draft/use-draft.ts'

const { draft, versions } = api['routing-map']

const source: Source<MapState, MapDocument> = {
  query: routingMap,
  name: 'map',
  view: ({ tag, published, draft }) => ({
    tag,
    version: published?.version ?? null,
    published: published ? documentOf(published) : { rows: [] },
    draft: draft && { ...draft, document: documentOf(draft) },
  }),
  save: (header, document) => said(draft.$put({ header, json: { ...document, comment: '' } })),
  discard: (header) => done(draft.$delete({ header })),
  restore: (header, version) =>
    said(versions[':version'].restore.$post({ header, param: { version: String(version) } })),
  publish: (header, json) => said(draft.publish.$post({ header, json })),
}

const documentOf = ({ rows, hours, people }: MapDocument): MapDocument => ({ rows, hours, people })

export const useMapDraft = () => useDraft(source)
export type MapDraft = ReturnType<typeof useMapDraft>
