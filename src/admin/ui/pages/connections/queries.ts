/** What the pages of connections read. */
import { queryOptions } from '@tanstack/react-query'
import type { InferRequestType, InferResponseType } from 'hono/client'
import { api, said } from '../../api.ts'

export const connections = queryOptions({
  queryKey: ['connections', 'list'],
  queryFn: () => said(api.connections.$get()),
})

export type Connection = InferResponseType<(typeof api.connections)[':name']['$get'], 200>
export const connection = (name: string) =>
  queryOptions({
    queryKey: ['connections', 'one', name],
    queryFn: () => said(api.connections[':name'].$get({ param: { name } })),
  })

export type Adapter = InferResponseType<typeof api.adapters.$get, 200>['items'][number]
export const adapters = queryOptions({
  queryKey: ['adapters'],
  queryFn: () => said(api.adapters.$get()),
  staleTime: Number.POSITIVE_INFINITY,
})

/** The last deliveries; `refused`: only those that could not be taken. */
export const deliveries = (name: string, refused = false) =>
  queryOptions({
    queryKey: ['live', 'deliveries', name, refused],
    queryFn: () =>
      said(
        api.connections[':name'].deliveries.$get({
          param: { name },
          query: { limit: '10', refused: refused ? 'true' : undefined },
        }),
      ),
  })

export type Change = InferRequestType<(typeof api.connections)[':name']['$patch']>['json']
export type Proposals = InferResponseType<typeof api.connections.propose.$post, 200>
export type Proposal = Proposals['proposals'][number]

/** The helpdesk's solved tickets are read for it, which takes seconds: it is kept until somebody asks again. */
export const proposals = (name: string) =>
  queryOptions({
    queryKey: ['proposals', name],
    queryFn: () => said(api.connections.propose.$post({ json: { name } })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

/** What the helpdesk offers, as read in the last minutes. More is needed of our account in a mode of more trust. */
export const metadata = (name: string, mode: Connection['mode']) =>
  queryOptions({
    queryKey: ['metadata', name, mode],
    queryFn: () => said(api.connections[':name'].metadata.$get({ param: { name }, query: {} })),
    staleTime: 300_000,
    retry: false,
  })
