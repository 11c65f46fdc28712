/** The durable queue on a real database: what is promised once is done once, whatever dies in between. */
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase, rows, type Tx } from '../src/db/index.ts'
import { HelpdeskError, TriageError } from '../src/errors.ts'
import { type Job, openQueue, type Queue, type SendOptions, type Task } from '../src/queue/index.ts'
import { type Fresh, freshDatabase } from './support/database.ts'

const migrations = new URL('../migrations', import.meta.url).pathname
const onPostgres = Boolean(process.env.TEST_DATABASE_URL)
if (!onPostgres) console.log('queue: two processes on one database are left out; they need TEST_DATABASE_URL')

type Data = { n?: number | string }
type Process = { database: Database; queue: Queue; errors: unknown[] }

let fresh: Fresh
let opened: Process[]
let home: Process

/** One process: its own connections and its own queue. */
async function openProcess(): Promise<Process> {
  const database = await openDatabase({ url: fresh.url, dataDir: fresh.dataDir, pool: 5, migrations })
  const errors: unknown[] = []
  const queue = await openQueue(database, ['work', 'other'], (error) => errors.push(error))
  const process = { database, queue, errors }
  opened.push(process)
  return process
}

/** As SIGKILL would: nothing is finished, nothing handed back. */
async function kill({ database }: Process) {
  await database.close()
}

beforeEach(async () => {
  fresh = await freshDatabase()
  opened = []
  home = await openProcess()
  await home.database.db.execute(sql`create table results (n text not null, by text not null)`)
})
afterEach(async () => {
  for (const { queue } of opened) await queue.close().catch(() => {})
  for (const { database } of opened) await database.close().catch(() => {})
  await fresh.drop()
})

const send = (n: number | string, options: Partial<SendOptions> = {}, { database, queue } = home) =>
  queue.send(database.db, 'work', { n }, { key: String(n), ...options })

/** A task in words: what it does with a job, and whom it tells when the job is given up. */
function task(run: (job: Job<Data>) => Promise<void> | void, given: Partial<Task<Data>> = {}): Record<string, Task> {
  return { work: { run: async (job: Job<Data>) => run(job), giveUp: async () => {}, ...given } as Task }
}

const results = async ({ database } = home) =>
  (await rows<{ n: string; by: string }>(database.db, sql`select n, by from results order by n, by`)).map(
    ({ n, by }) => `${n} by ${by}`,
  )
const record = (tx: Tx, n: number | string | undefined, by: string) =>
  tx.execute(sql`insert into results values (${String(n)}, ${by})`)
const states = async ({ database } = home) =>
  rows<{ state: string; waits: number; data: Record<string, unknown> }>(
    database.db,
    sql`select state::text as state, extract(epoch from start_after - now())::float8 as waits, data
        from queue.job where name = 'work' order by id`,
  )

/** A door that a test opens. */
function gate() {
  let open = () => {}
  const opens = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opens, open }
}

async function until(what: string, holds: () => boolean | Promise<boolean>) {
  for (let i = 0; i < 2_000; i++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`It never came to pass: ${what}`)
}

describe('order', () => {
  test('of one key one job runs at a time, in the order of creation, while other keys run beside it', async () => {
    for (let n = 0; n < 60; n++) await send(n, { key: `key ${n % 3}` })
    const running = new Set<string>()
    const ran: Record<string, number[]> = {}
    let most = 0
    await home.queue.drain(
      task(async ({ data, fetched }) => {
        const key = fetched.groupId!
        expect(running).not.toContain(key)
        running.add(key)
        most = Math.max(most, running.size)
        await new Promise((resolve) => setTimeout(resolve, 1))
        running.delete(key)
        ran[key] = [...(ran[key] ?? []), Number(data.n)]
      }),
    )
    for (const list of Object.values(ran)) expect(list).toEqual(list.toSorted((a, b) => a - b))
    expect(Object.values(ran).flat()).toHaveLength(60)
    expect(most).toBeGreaterThan(1)
  })

  test('a busy key with more to do holds up no other', async () => {
    const busy = gate()
    const other = gate()
    for (const n of [1, 2, 3]) await send(n, { key: 'busy' })
    await send('other')
    const ran: unknown[] = []
    const workers = home.queue.work(
      task(async ({ data }) => {
        ran.push(data.n)
        if (data.n === 1) await busy.opens
        if (data.n === 'other') other.open()
      }),
      2,
    )
    await other.opens
    expect(ran).toEqual([1, 'other'])
    busy.open()
    await until('the busy key is done', () => ran.length === 4)
    expect(ran).toEqual([1, 'other', 2, 3])
    await workers.stop(10_000)
  })

  test('what is urgent overtakes what is not', async () => {
    for (let n = 0; n < 8; n++) await send(n)
    await send('urgent', { priority: 10 })
    const ran: unknown[] = []
    await home.queue.drain(task(({ data }) => void ran.push(data.n)))
    expect(ran[0]).toBe('urgent')
    expect(ran).toHaveLength(9)
  })

  test('what is for later waits', async () => {
    await send('later', { startAfterSeconds: 3600 })
    const ran: unknown[] = []
    const tasks = task(({ data }) => void ran.push(data.n))
    expect(await home.queue.drain(tasks)).toBe(0)
    expect(await home.queue.drain(tasks, { early: true })).toBe(1)
    expect(ran).toEqual(['later'])
  })
})

describe('failure', () => {
  test('an attempt that throws is repeated later, and knows that it is not the first', async () => {
    await send(1)
    const attempts: number[] = []
    const tasks = task(({ attempt }) => {
      attempts.push(attempt)
      if (attempt < 3) throw new Error('not yet')
    })
    await home.queue.drain(tasks)
    expect(attempts).toEqual([1])
    expect((await states())[0]).toMatchObject({ state: 'retry', data: { n: 1, tries: 1, waits: 0 } })
    for (let i = 0; i < 5; i++) await home.queue.drain(tasks, { early: true })
    expect(attempts).toEqual([1, 2, 3])
    expect((await states())[0]!.state).toBe('completed')
  })

  test.each([90_000, 7_400])(
    'nobody comes back before the %i ms that the other side asked for',
    async (retryAfterMs) => {
      await send(1)
      const [before] = await rows<{ now: string }>(home.database.db, sql`select now()::text as now`)
      await home.queue.drain(
        task(() => {
          throw new HelpdeskError('busy', 'too many', { next: 'Wait.', retryAfterMs })
        }),
      )
      const [job] = await rows<{ ms: number }>(
        home.database.db,
        sql`select extract(epoch from start_after - ${before!.now}::timestamptz)::float8 * 1000 as ms from queue.job where name = 'work'`,
      )
      expect(job!.ms).toBeGreaterThanOrEqual(retryAfterMs)
    },
  )

  test('a job that fails for good is set aside with the reason and what to do, and its subject knows', async () => {
    await send(1, { priority: 7 })
    const fails = task(
      () => {
        throw new TriageError('the field is gone', { next: 'Map another field.' })
      },
      { giveUp: async (tx, { data }, error) => void (await record(tx, data.n, error.message)) },
    )
    await home.queue.drain(fails)
    expect(await results()).toEqual(['1 by the field is gone'])
    const letters = await home.queue.deadLetters()
    expect(letters).toEqual([
      {
        id: expect.any(String),
        kind: 'work',
        data: { n: 1 },
        reason: 'the field is gone',
        next: 'Map another field.',
        at: expect.any(String),
      },
    ])
    expect(Date.parse(letters[0]!.at)).toBeGreaterThan(Date.now() - 600_000)
  })

  test('a dead letter goes back to where it came from, as urgent as before, with a clean slate', async () => {
    await send(1, { priority: 7, key: 'the key' })
    let broken = true
    const seen: unknown[] = []
    const tasks = task(({ attempt, data, fetched }) => {
      seen.push({ attempt, n: data.n, priority: fetched.priority, key: fetched.groupId })
      if (broken) throw new Error('a fault of ours')
    })
    await home.queue.drain(tasks)
    for (let i = 0; i < 6; i++) await home.queue.drain(tasks, { early: true })
    expect(seen).toHaveLength(6)
    broken = false
    expect(await home.queue.requeue()).toBe(1)
    expect(await home.queue.deadLetters()).toEqual([])
    await home.queue.drain(tasks)
    expect(seen.at(-1)).toEqual({ attempt: 1, n: 1, priority: 7, key: 'the key' })
    expect(await home.queue.requeue()).toBe(0)
  })

  test('only the dead letters that are named go back, and each one once, however many ask', async () => {
    for (const n of [1, 2, 3]) await send(n)
    const tasks = task(() => {
      throw new TriageError('no', { next: 'Nothing.' })
    })
    await home.queue.drain(tasks)
    const letters = await home.queue.deadLetters()
    const chosen = letters.filter(({ data }) => data.n !== 2).map(({ id }) => id)
    const back = await Promise.all([home.queue.requeue({ ids: chosen }), home.queue.requeue({ ids: chosen })])
    expect(back[0]! + back[1]!).toBe(2)
    expect((await home.queue.depth()).work).toMatchObject({ queued: 2 })
    expect(await home.queue.deadLetters()).toMatchObject([{ data: { n: 2 } }])
    expect(await home.queue.requeue({ ids: ['00000000-0000-4000-8000-000000000000'] })).toBe(0)
  })

  test.each([
    ['for now', true],
    ['for good', false],
  ])('words that Postgres cannot store do not keep a job from failing %s', async (_, retry) => {
    await send(1)
    await home.queue.drain(
      task(
        () => {
          throw new TriageError('the vendor said "\0\ud83d"', { next: 'Read it.', retry })
        },
        { giveUp: async (tx, { data }, error) => void (await record(tx, data.n, error.message)) },
      ),
    )
    if (retry) expect((await states())[0]).toMatchObject({ state: 'retry', data: { tries: 1 } })
    else expect(await home.queue.deadLetters()).toMatchObject([{ reason: 'the vendor said "\ufffd"' }])
    expect(home.errors).toHaveLength(1)
  })

  test('a subject that cannot be told keeps its job: it is not lost', async () => {
    await send(1)
    await home.queue.drain(
      task(
        () => {
          throw new TriageError('no', { next: 'Nothing.' })
        },
        {
          giveUp: async (tx) => {
            await record(tx, 1, 'half of it')
            throw new Error('cannot be written')
          },
        },
      ),
    )
    expect(await results()).toEqual([])
    expect(await home.queue.deadLetters()).toEqual([])
    expect((await states())[0]!.state).toBe('active') // and comes back when its heartbeat has run out
  })
})

describe('transactions', () => {
  test('a job is enqueued with the row it is for, or not at all', async () => {
    const { database, queue } = home
    const both = (fails: boolean) =>
      database.db.transaction(async (tx) => {
        await record(tx, 'row', 'sender')
        await queue.send(tx, 'work', { n: 'row' }, { key: 'row' })
        if (fails) throw new Error('changed our mind')
      })
    await expect(both(true)).rejects.toThrow('changed our mind')
    expect([await results(), await states()]).toEqual([[], []])
    await both(false)
    expect(await results()).toHaveLength(1)
    expect(await states()).toMatchObject([{ state: 'created', data: { n: 'row' } }])
  })

  test('a job is settled with its result, or not at all', async () => {
    await send(1)
    const { database, queue } = home
    const tasks = task(({ ...job }) =>
      database.db.transaction(async (tx) => {
        await record(tx, job.data.n, `attempt ${job.attempt}`)
        await queue.complete(job as Job<never>, tx)
        if (job.attempt === 1) throw new Error('the commit failed')
      }),
    )
    await queue.drain(tasks)
    expect([await results(), (await states())[0]!.state]).toEqual([[], 'retry'])
    await queue.drain(tasks, { early: true })
    expect([await results(), (await states())[0]!.state]).toEqual([['1 by attempt 2'], 'completed'])
  })

  test('a part of a larger statement makes the job with its key, its priority and its time', async () => {
    const { text, jobs } = await home.queue.insertion(
      'work',
      { n: 1 },
      { key: 'k', priority: 5, startAfterSeconds: 60 },
    )
    await home.database.prepared(text, [jobs])
    const [job] = await rows<Record<string, unknown>>(
      home.database.db,
      sql`select group_id, priority, start_after > now() + interval '50 s' as later from queue.job where name = 'work'`,
    )
    expect(job).toEqual({ group_id: 'k', priority: 5, later: true })
  })
})

describe('stopping', () => {
  test('what runs is finished within the grace time, and nothing new is begun', async () => {
    const begun = gate()
    const finish = gate()
    const ran: unknown[] = []
    await send(1, { key: 'k' })
    await send(2, { key: 'k' })
    const workers = home.queue.work(
      task(async ({ data, signal }) => {
        begun.open()
        await finish.opens
        expect(signal.aborted).toBe(false)
        ran.push(data.n)
      }),
      3,
    )
    await begun.opens
    const stopped = workers.stop(600_000)
    finish.open()
    await stopped
    expect(ran).toEqual([1])
    expect((await states()).map(({ state }) => state)).toEqual(['completed', 'created'])
  })

  test('a task that heeds the signal is handed back at the end of the grace time, at no cost', async () => {
    const begun = gate()
    await send(1)
    const workers = home.queue.work(
      task(async ({ signal }) => {
        begun.open()
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      }),
      1,
    )
    await begun.opens
    await workers.stop(0)
    expect((await states())[0]).toMatchObject({ state: 'retry', data: { tries: 0 } })
  })

  test('a task that heeds nothing loses its job: another one does it, and the stale one cannot settle it', async () => {
    const begun = gate()
    const finish = gate()
    const stale = gate()
    let refused: unknown
    await send(1)
    const workers = home.queue.work(
      task(async (job) => {
        begun.open()
        await finish.opens
        try {
          await home.database.db.transaction(async (tx) => {
            await record(tx, job.data.n, 'the stale one')
            await home.queue.complete(job as Job<never>, tx)
          })
        } catch (error) {
          refused = error
          throw error
        } finally {
          stale.open()
        }
      }),
      1,
    )
    await begun.opens
    await workers.stop(0)
    expect((await states())[0]!.state).toBe('retry')
    const again = gate()
    const settled = home.queue.drain(
      task(async (job) => {
        finish.open() // while ours runs, the stale one ends
        await stale.opens
        await again.opens
        await home.database.db.transaction(async (tx) => {
          await record(tx, job.data.n, 'the second one')
          await home.queue.complete(job as Job<never>, tx)
        })
      }),
      { early: true },
    )
    await stale.opens
    expect(refused).toMatchObject({ message: expect.stringMatching(/taken over/) })
    await until('the stale one has tried to fail it', () => home.errors.length >= 2)
    again.open()
    await settled
    expect(await results()).toEqual(['1 by the second one'])
    expect((await states()).map(({ state }) => state)).toEqual(['completed'])
    expect(await home.queue.deadLetters()).toEqual([])
  })

  test('a job that was handed back at six restarts is no killer of processes', async () => {
    await send(1)
    for (let restart = 0; restart < 6; restart++) {
      const begun = gate()
      const workers = home.queue.work(
        task(() => {
          begun.open()
          return new Promise(() => {})
        }),
        1,
      )
      await home.database.db.execute(sql`update queue.job set start_after = now() where name = 'work'`)
      home.queue.wake('work')
      await begun.opens
      await workers.stop(0)
    }
    let ran = 0
    await home.queue.drain(
      task(() => void ran++),
      { early: true },
    )
    expect([ran, await home.queue.deadLetters()]).toEqual([1, []])
  })
})

describe('a process that is killed', () => {
  /** Its heartbeats are long ago: nobody has to wait for that. */
  const age = () =>
    onPostgres &&
    opened
      .at(-1)!
      .database.db.execute(sql`update queue.job set heartbeat_on = now() - interval '1 hour' where state = 'active'`)

  /** Kills the newest process while it works on a job; gives the one that comes after it. */
  async function killAtWork(): Promise<Process> {
    const begun = gate()
    const victim = opened.at(-1)!
    const workers = victim.queue.work(
      task(() => {
        begun.open()
        return new Promise(() => {})
      }),
      1,
    )
    await begun.opens
    await kill(victim)
    const heir = await openProcess()
    await age()
    await until('the job is taken back', async () => (await states(heir))[0]!.state !== 'active')
    await heir.database.db.execute(sql`update queue.job set start_after = now() where state = 'retry'`)
    void workers.stop(0)
    return heir
  }

  test('leaves its job to the next one', async () => {
    await send(1)
    const heir = await killAtWork()
    const attempts: number[] = []
    await heir.queue.drain(task(({ attempt }) => void attempts.push(attempt)))
    expect(attempts).toEqual([2])
    expect((await states(heir))[0]!.state).toBe('completed')
  })

  test('again and again over one job is spared that job', async () => {
    await send(1)
    for (let death = 0; death < 5; death++) await killAtWork()
    const heir = opened.at(-1)!
    let ran = 0
    await heir.queue.drain(task(() => void ran++))
    expect(ran).toBe(0)
    expect(await heir.queue.deadLetters()).toMatchObject([
      { reason: expect.stringMatching(/died 5 times/), next: expect.stringMatching(/requeue/) },
    ])
    expect(await heir.queue.requeue()).toBe(1)
    await heir.queue.drain(task(() => void ran++))
    expect(ran).toBe(1)
  })
})

describe.skipIf(!onPostgres)('several processes on one database', () => {
  test('share the work, and no job runs twice', async () => {
    const other = await openProcess()
    for (let n = 0; n < 150; n++) await send(n, { key: `key ${n % 40}` })
    const shared = gate()
    const busy = new Set<Process>()
    const active = new Set<string>()
    let ran = 0
    const tasksOf = (process: Process) =>
      task(async (job) => {
        busy.add(process)
        if (busy.size === 2) shared.open()
        await shared.opens // nobody goes on before both have work
        expect(active).not.toContain(job.fetched.groupId)
        active.add(job.fetched.groupId!)
        await process.database.db.transaction(async (tx) => {
          await record(tx, job.data.n, 'somebody')
          await process.queue.complete(job as Job<never>, tx)
        })
        active.delete(job.fetched.groupId!)
        ran++
      })
    const workers = [home, other].map((process) => process.queue.work(tasksOf(process), 4))
    await until('all are done', async () => (await states()).every(({ state }) => state === 'completed'))
    await Promise.all(workers.map((w) => w.stop(10_000)))
    expect(ran).toBe(150)
    expect(new Set(await results()).size).toBe(150)
    expect(await results()).toHaveLength(150)
    expect([...home.errors, ...other.errors]).toEqual([])
  })

  test('start at the same time', async () => {
    const started = await Promise.all(Array.from({ length: 5 }, openProcess))
    await send(1, {}, started[3])
    let ran = 0
    await started[4]!.queue.drain(task(() => void ran++))
    expect(ran).toBe(1)
  })
})

test('the depth tells queued from active, and how long the oldest has waited', async () => {
  expect((await home.queue.depth()).work).toEqual({ queued: 0, active: 0, oldestSeconds: 0 })
  for (const n of [1, 2, 3]) await send(n)
  await home.queue.drain(
    task(async ({ data }) => {
      if (data.n !== 1) throw new Error('later')
    }),
  )
  const depth = await home.queue.depth()
  expect(depth.work).toMatchObject({ queued: 2, active: 0 })
  expect(depth.work!.oldestSeconds).toBeGreaterThan(0)
  expect(depth.dead).toMatchObject({ queued: 0 })
})
