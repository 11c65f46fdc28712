/** The public API, typed by its routes. Nothing of the server is in the page. */
import { keepPreviousData, QueryCache, QueryClient, queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { type ClientResponse, hc, type InferResponseType } from 'hono/client'
import i18next from 'i18next'
import type { Api } from '../api/index.ts'

export const api = hc<Api>('/api/v1')

/** What the API says is wrong, and what to do next. */
export class Problem extends Error {
  status: number
  next: string
  faults: { path: string; message: string }[]
  constructor(status: number, message: string, next: string, faults: { path: string; message: string }[] = []) {
    super(message)
    this.status = status
    this.next = next
    this.faults = faults
  }
}

type Success<R> = R extends ClientResponse<infer T, infer S, 'json'> ? (S extends 200 | 201 | 202 ? T : never) : never

/** The body of a successful answer; throws the Problem of any other. */
export async function said<R extends ClientResponse<unknown>>(asked: Promise<R>): Promise<Success<R>> {
  const response = await answered(asked)
  return (await response.json()) as Success<R>
}

/** The same, for an answer without a body. */
export async function done<R extends ClientResponse<unknown>>(asked: Promise<R>): Promise<void> {
  await answered(asked)
}

async function answered<R extends ClientResponse<unknown>>(asked: Promise<R>): Promise<R> {
  const response = await asked.catch(() => {
    throw new Problem(0, i18next.t('error.offline'), i18next.t('error.offlineNext'))
  })
  if (response.ok) return response
  const body: Partial<{ detail: string; next: string; faults: Problem['faults'] }> = await (response as Response)
    .json()
    .catch(() => ({}))
  throw new Problem(response.status, body.detail ?? response.statusText, body.next ?? '', body.faults)
}

const isRefused = (error: unknown) => error instanceof Problem && error.status >= 400 && error.status < 500

export const client = new QueryClient({
  queryCache: new QueryCache({
    onError(error, { queryKey: [name] }) {
      // The session ended while the page was open. The router asks for `me` itself, before it shows anything.
      if (error instanceof Problem && error.status === 401 && name !== 'me')
        location.assign(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`)
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => !isRefused(error) && count < 2,
    },
  },
})

export const me = queryOptions({ queryKey: ['me'], queryFn: () => said(api.me.$get()), staleTime: 60_000 })

/** May the person who is signed in do this? The server decides; the page hides what would be refused. */
export function useMay(
  permission:
    | 'review'
    | 'unmask'
    | 'edit'
    | 'operate'
    | 'read-connections'
    | 'read-models'
    | 'administer'
    | 'learn'
    | 'classify'
    | 'inspect',
): boolean {
  return useSuspenseQuery(me).data.may.includes(permission)
}

/** Midnight, where the reader is. */
export const startOfDay = () => new Date(new Date().setHours(0, 0, 0, 0)).toISOString()

export const ledger = queryOptions({
  queryKey: ['live', 'ledger'],
  queryFn: () => said(api.reports.ledger.$get({ query: { since: startOfDay() } })),
})

export const todays = queryOptions({
  queryKey: ['live', 'today'],
  queryFn: () => said(api.reports.today.$get({ query: { since: startOfDay() } })),
})

export const timeline = queryOptions({
  queryKey: ['live', 'timeline'],
  queryFn: () => said(api.reports.timeline.$get({ query: { since: startOfDay(), columns: '48' } })),
})

/** What people paused, and what helpdesks asked for. */
export const pauses = queryOptions({
  queryKey: ['live', 'pauses'],
  queryFn: () => said(api.pauses.$get({ query: {} })),
})

/** The models that are paused because they fail every ticket. */
export const modelPauses = queryOptions({
  queryKey: ['live', 'model-pauses'],
  queryFn: () => said(api['model-pauses'].$get()),
})

export type Setup = InferResponseType<typeof api.setup.$get, 200>
/** How far the installation is on its way to its first routed ticket. */
export const setup = queryOptions({
  queryKey: ['live', 'setup'],
  queryFn: () => said(api.setup.$get()),
})

export type Decision = InferResponseType<(typeof api)['decisions']['$get'], 200>['items'][number]
export type Story = InferResponseType<(typeof api)['decisions'][':id']['$get'], 200>

export type Queued = InferResponseType<(typeof api)['review']['$get'], 200>['items'][number]

/** How many decisions wait for a person. */
export const waitingForReview = queryOptions({
  queryKey: ['live', 'review', 'counts'],
  queryFn: () => said(api.review.counts.$get({ query: {} })),
})

export const story = (id: string) =>
  queryOptions({
    queryKey: ['live', 'story', id],
    queryFn: () => said(api.decisions[':id'].$get({ param: { id } })),
  })

export type Taxonomy = InferResponseType<(typeof api)['taxonomy']['$get'], 200>
export const taxonomy = queryOptions({
  queryKey: ['taxonomy'],
  queryFn: () => said(api.taxonomy.$get()),
  staleTime: 60_000,
})

/** The ids of a field's values; none for a field that has no list of them. */
export function valuesOf({ fields }: Taxonomy, id: string): string[] {
  const field = fields.find((each) => each.id === id)
  return field && 'values' in field ? field.values.map((value) => value.id) : []
}

export type MapState = InferResponseType<(typeof api)['routing-map']['$get'], 200>
export type MapDocument = Pick<NonNullable<MapState['published']>, 'rows' | 'hours' | 'people'>
export type MapRow = MapDocument['rows'][number]
export const routingMap = queryOptions({ queryKey: ['map', 'state'], queryFn: () => said(api['routing-map'].$get()) })
export type Calendar = NonNullable<MapDocument['hours']>[string]
export type Person = NonNullable<MapDocument['people']>[string]
/** What is wrong or odd with a map, saved or not. */
export const mapCheck = (document: MapDocument) =>
  queryOptions({
    queryKey: ['map', 'check', document],
    queryFn: () => said(api['routing-map'].draft.check.$post({ json: { document } })),
    staleTime: 60_000,
    // A helpdesk that is still being read has an answer soon.
    refetchInterval: ({ state: { data } }) => (data && data.unchecked.length > 0 ? 15_000 : false),
    placeholderData: keepPreviousData,
  })
export type MapCheck = InferResponseType<(typeof api)['routing-map']['draft']['check']['$post'], 200>
export const unmappedTargets = queryOptions({
  queryKey: ['map', 'unmapped'],
  queryFn: () => said(api['routing-map'].targets.unmapped.$get()),
  staleTime: 60_000,
})
export const targets = queryOptions({
  queryKey: ['map', 'targets'],
  queryFn: () => said(api['routing-map'].targets.$get()),
})
export const versions = queryOptions({
  queryKey: ['map', 'versions'],
  queryFn: () => said(api['routing-map'].versions.$get()),
})
export const version = (n: number) =>
  queryOptions({
    queryKey: ['map', 'version', n],
    queryFn: () => said(api['routing-map'].versions[':version'].$get({ param: { version: String(n) } })),
  })

export const rules = queryOptions({ queryKey: ['rules', 'state'], queryFn: () => said(api.rules.$get()) })
export type Trust = InferResponseType<(typeof api)['trust']['$get'], 200>
/** How far the values of a connection are trusted; absent: of the first one. */
export const trust = (connection: string | undefined) =>
  queryOptions({
    queryKey: ['live', 'trust', connection],
    queryFn: () => said(api.trust.$get({ query: { connection } })),
  })
