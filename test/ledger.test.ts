/** Every event is accounted for, whatever happens in whatever order. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeConnection } from '../src/connections/index.ts'
import type { Mode } from '../src/contract/index.ts'
import { readLedger } from '../src/decisions/ledger.ts'
import { ModelError } from '../src/errors.ts'
import { retry, settleByPerson } from '../src/review/index.ts'
import { CABLE, classifier, DOUBTFUL, fieldsOf, type Kind, kinds, reopen, robotOf, rowsOf } from './support/acts.ts'
import { openService, type Service } from './support/service.ts'

let service: Service

const JUNK = { subject: 'Re: Out of office', body: 'ok' }
const TICKETS = { clear: CABLE, doubtful: DOUBTFUL, junk: JUNK }
const FAULTS = {
  error: { status: 500 },
  errorAfterWrite: { status: 500, after: true },
  refused: { status: 422 },
  forbidden: { status: 403 },
  cut: { cut: true },
  cutAfterWrite: { cut: true, after: true },
}

type Act =
  | { do: 'create'; kind: Kind; ticket: keyof typeof TICKETS }
  | { do: 'edit' | 'resolve' | 'close' | 'reopen' | 'remove' | 'comment'; kind: Kind; which: number }
  | { do: 'fault'; kind: Kind; method: 'GET' | 'PUT' | 'POST'; fault: keyof typeof FAULTS; times: number }
  | { do: 'mode'; kind: Kind; mode: Mode }
  | { do: 'model'; state: 'available' | 'unavailable' | 'broken' }
  | { do: 'review'; which: number; how: 'confirm' | 'correct' | 'retry' }
  | { do: 'work' | 'workEarly' | 'requeue' }

const kind = fc.constantFrom(...kinds)
const which = fc.nat(20)
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      kind,
      ticket: fc.constantFrom('clear' as const, 'clear' as const, 'doubtful' as const, 'junk' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'edit' as const,
        'edit' as const,
        'resolve' as const,
        'close' as const,
        'reopen' as const,
        'remove' as const,
        'comment' as const,
      ),
      kind,
      which,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      kind,
      method: fc.constantFrom('GET' as const, 'PUT' as const, 'POST' as const),
      fault: fc.constantFrom(...(Object.keys(FAULTS) as (keyof typeof FAULTS)[])),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('mode' as const),
      kind,
      mode: fc.constantFrom<Mode>('observe', 'suggest', 'automate'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('model' as const),
      state: fc.constantFrom('available' as const, 'unavailable' as const, 'broken' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('review' as const),
      which,
      how: fc.constantFrom('confirm' as const, 'correct' as const, 'retry' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('work' as const, 'workEarly' as const, 'requeue' as const) }),
  },
)

async function perform(one: Act, created: { kind: Kind; id: string }[]) {
  const { deps } = service
  switch (one.do) {
    case 'create':
      created.push({ kind: one.kind, id: (await service[one.kind].create(TICKETS[one.ticket])).id })
      return
    case 'fault':
      return service[one.kind].fail({ method: one.method, times: one.times, ...FAULTS[one.fault] })
    case 'mode': {
      const { selfId } = await service.connection(one.kind)
      await changeConnection({ db: deps.database.db, vault: deps.vault }, one.kind, { mode: one.mode }, selfId, 'test')
      return
    }
    case 'model':
      deps.classifiers.embedded = async () => ({ ...classifier, classify: MODELS[one.state] })
      return
    case 'review': {
      const decisions = await rowsOf(service).decisions()
      const decision = decisions[one.which % Math.max(1, decisions.length)]
      if (!decision) return
      const needs = { db: deps.database.db, queue: deps.queue, events: deps.events }
      const done =
        one.how === 'retry'
          ? retry(needs, decision.id, 'Rita')
          : settleByPerson(
              needs,
              decision.id,
              one.how === 'confirm' ? { kind: 'confirm' } : { kind: 'correct', values: { service: 'vpn' } },
              'Rita',
            )
      await done.catch(expectRefusal)
      return
    }
    case 'work':
      return service.drain()
    case 'workEarly':
      return service.drainEarly()
    case 'requeue':
      await deps.queue.requeue()
      return
    default: {
      const mine = created.filter((ticket) => ticket.kind === one.kind)
      const ticket = mine[one.which % Math.max(1, mine.length)]
      if (ticket && service[ticket.kind].ticket(ticket.id)) await touch(one.do, ticket).catch(expectRefusal)
    }
  }
}

async function touch(
  what: 'edit' | 'resolve' | 'close' | 'reopen' | 'remove' | 'comment',
  { kind, id }: { kind: Kind; id: string },
) {
  const desk = service[kind]
  switch (what) {
    case 'edit':
      return desk.edit(id, await fieldsOf(service, kind, { service: 'hosting' }))
    case 'resolve':
      return desk.resolve(id)
    case 'close':
      return desk.resolve(id, robotOf(service, kind))
    case 'reopen':
      return reopen(service, kind, id)
    case 'remove':
      return desk.remove(id)
    case 'comment':
      return desk.comment(id, 'We are looking into it.')
    default:
      return what satisfies never
  }
}

const MODELS = {
  available: classifier.classify,
  unavailable: () => Promise.reject(new ModelError('unreachable', 'It does not answer', { next: 'Start it.' })),
  broken: () => Promise.reject(new TypeError('an internal error')),
}

/** A person may be refused: the ticket may be closed, or the decision no longer the newest. */
function expectRefusal(error: unknown) {
  expect(error).toHaveProperty('status')
}

test('the ledger balances after every step, loses nothing, and ends with nothing waiting', {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 40 }), async (acts) => {
      service = await openService({ classifier, settings: { timeoutMs: 5_000 } })
      try {
        const created: { kind: Kind; id: string }[] = []
        const balance = async () => {
          await Promise.all([service.jira.settled(), service.zendesk.settled()])
          const ledger = await readLedger(service.deps.database.db)
          expect(ledger).toMatchObject({ lost: 0, balanced: true })
          // What Jira deleted for good is erased, and counts no more as soon as that event is handled.
          const deleted = created.filter(({ kind, id }) => kind === 'jira' && !service.jira.ticket(id))
          expect(ledger.events).toBeLessThanOrEqual(created.length)
          expect(ledger.events).toBeGreaterThanOrEqual(created.length - deleted.length)
          return ledger
        }
        for (const one of acts) {
          await perform(one, created)
          await balance()
        }
        // The model is available again, and the dead letters are requeued.
        await perform({ do: 'model', state: 'available' }, created)
        for (let round = 0; round < 60 && (round < 2 || (await balance()).waiting > 0); round++) {
          if (round === 1) await service.deps.queue.requeue()
          await service.drainEarly()
        }
        expect(await balance()).toMatchObject({ waiting: 0 })
        await neverTwice(created)
      } finally {
        await service.close()
      }
    }),
    { numRuns: 8, seed: 20261005, endOnFailure: true },
  )
})

/** At most one change and one note for each decision. */
async function neverTwice(created: { kind: Kind; id: string }[]) {
  const decisions = await rowsOf(service).decisions()
  const tickets = await rowsOf(service).tickets()
  for (const { kind, id } of created) {
    const ticket = service[kind].ticket(id)
    const connection = await service.connection(kind)
    const row = tickets.find((t) => t.externalId === id && t.connectionId === connection.id)
    if (!ticket || !row) continue
    const ours = decisions.filter((d) => d.ticketId === row.id).length
    const changes = new Set(ticket.history.filter((h) => h.by === service[kind].self.id).map((h) => h.changeId))
    expect(changes.size).toBeLessThanOrEqual(ours)
    const notes = ticket.comments.filter((c) => c.author === service[kind].self.id)
    expect(notes.length).toBeLessThanOrEqual(ours)
    expect(notes.every((note) => !note.public)).toBe(true)
  }
}
