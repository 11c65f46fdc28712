import { queryOptions } from '@tanstack/react-query'
import type { InferResponseType } from 'hono/client'
import { api, said } from '../../api.ts'

export type Token = InferResponseType<(typeof api)['tokens']['$get'], 200>['items'][number]
export type Session = InferResponseType<(typeof api)['sessions']['$get'], 200>['items'][number]

export const tokens = queryOptions({ queryKey: ['access', 'tokens'], queryFn: () => said(api.tokens.$get()) })
export const sessions = queryOptions({ queryKey: ['access', 'sessions'], queryFn: () => said(api.sessions.$get()) })
export const roles = queryOptions({
  queryKey: ['access', 'roles'],
  queryFn: () => said(api.roles.$get()),
  staleTime: Number.POSITIVE_INFINITY,
})
