/**
 * `npm run bench -- admin`: how long every query of every page takes at 200,000 tickets, through the whole application.
 * Exits with 1 when one takes 100 ms or more. Options as for `size`.
 */
import type { Deps } from '../../src/deps.ts'
import { measure } from './size.ts'

const MOST_MS = 100

export const run = (args: string[]): Promise<void> => measure(args, pages, MOST_MS)

/** What the pages ask, as a reader finds them and with the filters that they offer. */
async function pages({ database: { db } }: Deps): Promise<string[]> {
  const { decisions } = await import('../../src/db/schema.ts')
  const [decision] = await db.select({ id: decisions.id }).from(decisions).limit(1)
  const day = new Date(new Date().setHours(0, 0, 0, 0)).toISOString()
  const month = new Date(Date.now() - 30 * 86_400_000).toISOString()
  const filters = [
    ...['applied', 'suggested', 'held', 'skipped', 'failed', 'waiting', 'lost'].map((outcome) => `outcome=${outcome}`),
    'outcome=held&newest=true',
    'connection=rare',
    'value=service%2Fvpn',
    'group=Network',
    'assignee=Nobody',
    'language=ru',
    'source=human',
    'model=embedded-1',
    'map=1',
    'overridden=any',
    'text=about%20invoice',
    'text=not%20there%20at%20all',
    'text=DESK-77',
    `since=${day}`,
    `since=${month}`,
  ]
  return [
    '/me',
    // Today
    ...[day, month].flatMap((since) => [
      `/reports/ledger?since=${since}`,
      `/reports/today?since=${since}`,
      `/reports/timeline?since=${since}`,
    ]),
    '/reports/ledger',
    '/reports/timeline?since=2020-01-01T00:00:00Z',
    '/pauses',
    '/model-pauses',
    '/dead-letters',
    // Tickets
    '/decisions',
    '/decisions/counts',
    ...filters.flatMap((filter) => [`/decisions?${filter}`, `/decisions/counts?${filter}`]),
    `/decisions/${decision?.id}`,
    '/taxonomy',
    // Routing map
    '/routing-map',
    '/routing-map/versions',
    '/routing-map/targets',
    // Audit and access
    '/audit',
    '/audit?actor=nobody',
    '/tokens',
  ]
}
