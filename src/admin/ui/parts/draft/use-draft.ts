import { type UseSuspenseQueryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '../../api.ts'
import { showFault } from '../fault.tsx'
import { tell } from '../tell.ts'
import './words.ts'
import './draft.css'

/** What an editor started from: a change of somebody else is then not overwritten. */
type Header = { 'if-match': string }
type Fault = { path: string; message: string }

/** A document that is changed as a draft and holds once it is published: the routing map, the taxonomy, the rules. */
export type Source<State, Document> = {
  /** Its key begins with `name`, as those of all queries that a change makes stale. */
  query: UseSuspenseQueryOptions<State, Error, State, string[]>
  name: string
  view(state: State): {
    tag: string
    version: number | null
    published: Document
    draft: { document: Document; author: string; faults: Fault[] } | null
  }
  save(header: Header, document: Document): Promise<unknown>
  discard(header: Header): Promise<unknown>
  restore(header: Header, version: number): Promise<unknown>
  publish(header: Header, json: { comment?: string; force: boolean }): Promise<{ version: number }>
}

/** A change of the document. It is applied again to what somebody else has saved meanwhile. */
export type Edit<Document> = (document: Document) => Document

/** An edit that was refused because somebody else had changed the document: what both started from, and what is there now. */
type Conflict<Document> = { edit: Edit<Document>; base: Document; theirs: Document; author: string }

/** The draft, and the ways to change it. Every change names the state that it was made on, so that none is overwritten. */
export function useDraft<State, Document>(source: Source<State, Document>) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data: state } = useSuspenseQuery(source.query)
  const [conflict, setConflict] = useState<Conflict<Document> | null>(null)
  const { tag, version, published, draft } = source.view(state)
  const document = draft?.document ?? published
  const refresh = () => client.invalidateQueries({ queryKey: [source.name] })
  const header: Header = { 'if-match': tag }

  const save = useMutation({
    mutationFn: (edit: Edit<Document>) => source.save(header, edit(document)),
    async onError(error, edit) {
      if (!(error instanceof Problem) || error.status !== 412) return showFault(error)
      const base = document
      await refresh()
      const now = source.view(client.getQueryData<State>(source.query.queryKey) ?? state)
      setConflict({
        edit,
        base,
        theirs: now.draft?.document ?? now.published,
        author: now.draft?.author ?? t('draft.somebody'),
      })
    },
    onSuccess: () => {
      setConflict(null)
      return refresh()
    },
  })
  const discard = useMutation({
    mutationFn: () => source.discard(header),
    onError: showFault,
    onSettled: refresh,
  })
  const restore = useMutation({
    mutationFn: (old: number) => source.restore(header, old),
    onSuccess: (_, old) => {
      tell(t('draft.restored', { version: old }))
    },
    onError: showFault,
    onSettled: refresh,
  })
  const publish = useMutation({
    mutationFn: (json: { comment?: string; force: boolean }) => source.publish(header, json),
    onSuccess: ({ version: published }) => {
      tell(t('draft.publishedNow', { version: published }))
      return refresh()
    },
    onError: (error) => (error instanceof Problem && error.status === 412 ? refresh() : undefined),
  })
  return {
    state,
    tag,
    version,
    published,
    /** The draft, or what is published while there is none. */
    document,
    hasDraft: draft !== null,
    author: draft?.author,
    faults: draft?.faults ?? [],
    refresh,
    save,
    discard,
    restore,
    publish,
    conflict,
    drop: () => setConflict(null),
  }
}

export type Draft<State, Document> = ReturnType<typeof useDraft<State, Document>>
/** A draft of whatever document. */
export type AnyDraft = Pick<
  Draft<unknown, unknown>,
  'version' | 'hasDraft' | 'author' | 'faults' | 'discard' | 'restore' | 'publish'
> & { save: { isPending: boolean; isSuccess: boolean } }
