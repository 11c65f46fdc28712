/** Every address of the page. Pages other than Today are fetched when they are visited. */

import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import {
  api,
  client,
  ledger,
  me,
  Problem,
  pauses,
  routingMap,
  rules,
  said,
  setup,
  story,
  taxonomy,
  todays,
  trust,
} from './api.ts'
import { adapters, connection, connections } from './pages/connections/queries.ts'
import { Today } from './pages/today/index.tsx'
import { Fault, NotFound } from './parts/fault.tsx'
import { Shell } from './parts/shell.tsx'
import {
  accessSearch,
  auditSearch,
  mapSearch,
  reviewSearch,
  rulesSearch,
  taxonomySearch,
  ticketsSearch,
} from './search.ts'

const root = createRootRouteWithContext<{ client: QueryClient }>()({ notFoundComponent: NotFound })

/** Why the identity provider's answer did not lead in. */
const REFUSALS = ['role', 'denied', 'again', 'provider'] as const
type Refusal = (typeof REFUSALS)[number]

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  // Only addresses of this page: anything else would send a person elsewhere.
  validateSearch: (search: Record<string, unknown>): { to?: string; refused?: Refusal } => ({
    to: typeof search.to === 'string' && /^\/(?![/\\])/.test(search.to) ? search.to : undefined,
    refused: REFUSALS.find((refusal) => refusal === search.refused),
  }),
  // Without an answer there is still the token.
  loader: () => said(api.session.ways.$get()).catch(() => ({ oidc: false })),
  /** A link that signs in once carries its secret after the #. */
  beforeLoad: async ({ location: { hash }, search, cause }): Promise<{ refused: unknown }> => {
    if (!hash || cause === 'preload') return { refused: null }
    try {
      await said(api.session.$post({ json: { link: hash } }))
    } catch (error) {
      return { refused: error }
    }
    client.clear()
    throw redirect({ href: search.to ?? '/', replace: true })
  },
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignIn'),
})

const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  errorComponent: Fault,
  beforeLoad: async ({ context, location }) => {
    try {
      return { me: await context.client.ensureQueryData(me) }
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error
      throw redirect({ to: '/sign-in', search: { to: location.href === '/' ? undefined : location.href } })
    }
  },
})

const today = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: Today,
  errorComponent: Fault,
  loader: ({ context }) =>
    Promise.all([
      context.client.ensureQueryData(ledger),
      context.client.ensureQueryData(todays),
      context.client.ensureQueryData(pauses),
    ]),
})

const tickets = createRoute({
  getParentRoute: () => inside,
  path: '/tickets',
  validateSearch: ticketsSearch,
  loaderDeps: ({ search: { id } }) => ({ id }),
  loader: ({ context, deps: { id } }) => {
    if (id) void context.client.prefetchQuery(story(id)) // beside the list, not before it
    return context.client.ensureQueryData(taxonomy)
  },
  component: lazyRouteComponent(() => import('./pages/tickets/index.tsx'), 'Tickets'),
  errorComponent: Fault,
})

const review = createRoute({
  getParentRoute: () => inside,
  path: '/review',
  validateSearch: reviewSearch,
  loader: ({ context }) => context.client.ensureQueryData(taxonomy),
  component: lazyRouteComponent(() => import('./pages/review/index.tsx'), 'Review'),
  errorComponent: Fault,
})

const map = createRoute({
  getParentRoute: () => inside,
  path: '/map',
  validateSearch: mapSearch,
  loader: ({ context }) =>
    Promise.all([context.client.ensureQueryData(routingMap), context.client.ensureQueryData(taxonomy)]),
  component: lazyRouteComponent(() => import('./pages/map/index.tsx'), 'RoutingMap'),
  errorComponent: Fault,
})

const fieldsAndValues = createRoute({
  getParentRoute: () => inside,
  path: '/taxonomy',
  validateSearch: taxonomySearch,
  loader: ({ context }) => context.client.ensureQueryData(taxonomy),
  component: lazyRouteComponent(() => import('./pages/taxonomy/index.tsx'), 'Taxonomy'),
  errorComponent: Fault,
})

const rulesPage = createRoute({
  getParentRoute: () => inside,
  path: '/rules',
  validateSearch: rulesSearch,
  loader: ({ context }) =>
    Promise.all([context.client.ensureQueryData(rules), context.client.ensureQueryData(taxonomy)]),
  component: lazyRouteComponent(() => import('./pages/rules/index.tsx'), 'Rules'),
  errorComponent: Fault,
})

const trustRoute = createRoute({
  getParentRoute: () => inside,
  path: '/trust',
  validateSearch: (search: Record<string, unknown>): { connection?: string } => ({
    connection: typeof search.connection === 'string' ? search.connection : undefined,
  }),
  loaderDeps: ({ search: { connection } }) => ({ connection }),
  loader: ({ context, deps: { connection } }) =>
    Promise.all([context.client.ensureQueryData(trust(connection)), context.client.ensureQueryData(taxonomy)]),
  component: lazyRouteComponent(() => import('./pages/trust/index.tsx'), 'TrustPage'),
  errorComponent: Fault,
})

const playground = createRoute({
  getParentRoute: () => inside,
  path: '/playground',
  component: lazyRouteComponent(() => import('./pages/playground/index.tsx'), 'Playground'),
  errorComponent: Fault,
})

const start = createRoute({
  getParentRoute: () => inside,
  path: '/start',
  loader: ({ context }) => context.client.ensureQueryData(setup),
  component: lazyRouteComponent(() => import('./pages/start/index.tsx'), 'Start'),
  errorComponent: Fault,
})

const connectionList = createRoute({
  getParentRoute: () => inside,
  path: '/connections',
  loader: ({ context }) =>
    Promise.all([
      context.client.ensureQueryData(connections),
      context.client.ensureQueryData(todays),
      context.client.ensureQueryData(pauses),
    ]),
  component: lazyRouteComponent(() => import('./pages/connections/index.tsx'), 'Connections'),
  errorComponent: Fault,
})

const newConnection = createRoute({
  getParentRoute: () => inside,
  path: '/connections/new',
  validateSearch: ({ kind }: Record<string, unknown>): { kind?: string } => ({
    kind: typeof kind === 'string' ? kind : undefined,
  }),
  loader: ({ context }) =>
    Promise.all([context.client.ensureQueryData(adapters), context.client.ensureQueryData(connections)]),
  component: lazyRouteComponent(() => import('./pages/connections/new.tsx'), 'NewConnection'),
  errorComponent: Fault,
})

const oneConnection = createRoute({
  getParentRoute: () => inside,
  path: '/connections/$name',
  loader: ({ context, params: { name } }) =>
    Promise.all([
      context.client.ensureQueryData(connection(name)),
      context.client.ensureQueryData(adapters),
      context.client.ensureQueryData(taxonomy),
    ]),
  component: lazyRouteComponent(() => import('./pages/connections/one.tsx'), 'OneConnection'),
  errorComponent: Fault,
})

const access = createRoute({
  getParentRoute: () => inside,
  path: '/access',
  validateSearch: accessSearch,
  component: lazyRouteComponent(() => import('./pages/access/index.tsx'), 'Access'),
  errorComponent: Fault,
})

const audit = createRoute({
  getParentRoute: () => inside,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('./pages/audit/index.tsx'), 'Audit'),
  errorComponent: Fault,
})

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    inside.addChildren([
      today,
      tickets,
      review,
      map,
      trustRoute,
      fieldsAndValues,
      rulesPage,
      playground,
      start,
      connectionList,
      newConnection,
      oneConnection,
      access,
      audit,
    ]),
  ]),
  context: { client },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0, // TanStack Query keeps what is fresh
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface HistoryState {
    /** A text that is brought to another page. It does not stand in the address, which is logged and shared. */
    example?: { subject?: string; text: string; matches: boolean }
  }
}
