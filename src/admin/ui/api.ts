/** The public API, typed by its routes. Nothing of the server is in the page. */
import { QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'
import { type ClientResponse, hc } from 'hono/client'
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

const startOfDay = () => new Date(new Date().setHours(0, 0, 0, 0)).toISOString()

export const ledger = queryOptions({
  queryKey: ['live', 'ledger'],
  queryFn: () => said(api.reports.ledger.$get({ query: { since: startOfDay() } })),
})
