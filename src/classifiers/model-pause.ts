/**
 * While a model fails every ticket, it is paused for all processes: tickets wait, one alarm is given, and a job asks the
 * model from time to time until it answers.
 */
import { and, eq } from 'drizzle-orm'
import { type Database, modelPauses, recall, recordAudit, type Tx } from '../db/index.ts'
import { ModelError } from '../errors.ts'
import type { Job, Queue } from '../queue/index.ts'
import type { PauseKeeper } from './endpoint/index.ts'

/** The kind of the job that asks a paused model whether it answers again. */
export const PROBE_MODEL = 'probe-model'

type ModelPause = { model: string; reason: string; next: string; since: Date; until: Date }

/** `since` names the pause: the job of one that ended by hand does not go on in the next. */
export type ProbeData = { model: string; since: string; asked: number }

export type ModelPauses = PauseKeeper & {
  list(): Promise<ModelPause[]>
  /** Asks whether it answers again, and ends the pause or asks again later. For the job. */
  probe(job: Job<ProbeData>, faultOf: (model: string) => Promise<ModelError | null>): Promise<void>
  /** Ends the pause at once; false: there was none. The next ticket shows whether the model answers. */
  resume(model: string, actor: string): Promise<boolean>
}

type Needs = {
  db: Database['db']
  queue: Queue
  /** The kind of the jobs that wait for the model. */
  waiting: string
  events: { modelPaused(pause: Omit<ModelPause, 'since'>): void; modelResumed(model: string): void }
}

/** After so many seconds the model is asked again; the last one repeats. */
const ASK_AFTER_S = [15, 30, 60, 120, 300]
/** A ticket looks again by itself after this long; the end of the pause calls all of them. */
const LOOK_AGAIN_MS = 300_000
const KNOWN_FOR_MS = 1_000

/** Opens the pauses of the models; they are stored, so that they hold for all processes. */
export function openModelPauses({ db, queue, waiting, events }: Needs): ModelPauses {
  /** Models that this process saw paused. */
  const seen = new Set<string>()
  const known = recall<ModelPause[]>(KNOWN_FOR_MS, (db) => db.select().from(modelPauses))

  async function end(model: string, also: (tx: Tx, ended: boolean) => Promise<void>): Promise<boolean> {
    const ended = await db.transaction(async (tx) => {
      const [row] = await tx.delete(modelPauses).where(eq(modelPauses.model, model)).returning()
      if (row) await queue.hurry(tx, { kind: waiting })
      await also(tx, row !== undefined)
      return row !== undefined
    })
    known.forget()
    if (ended) events.modelResumed(model)
    queue.wake(waiting)
    return ended
  }

  return {
    async check(model) {
      const paused = (await known.get(db)).find((pause) => pause.model === model)
      if (!paused) return seen.delete(model)
      seen.add(model)
      throw new ModelError('busy', `The model is paused since ${paused.since.toISOString()}: ${paused.reason}`, {
        next: `${paused.next} It goes on by itself once the model answers, or with POST /api/v1/model-pauses/resume.`,
        retryAfterMs: LOOK_AGAIN_MS,
      })
    },
    async begin(model, { message: reason, next }) {
      const since = new Date()
      const pause = { model, reason, next, since, until: secondsFromNow(ASK_AFTER_S[0]!) }
      const data: ProbeData = { model, since: since.toISOString(), asked: 1 }
      const began = await db.transaction(async (tx) => {
        const [row] = await tx.insert(modelPauses).values(pause).onConflictDoNothing().returning()
        if (row) await queue.send(tx, PROBE_MODEL, data, { key: model, startAfterSeconds: ASK_AFTER_S[0] })
        return row !== undefined
      })
      known.forget()
      seen.add(model)
      // of all processes and tickets that met the fault, one gives the alarm
      if (began) events.modelPaused(pause)
    },
    list: () => db.select().from(modelPauses),
    async probe(job, faultOf) {
      const { model, since, asked } = job.data
      const fault = await faultOf(model)
      const complete = (tx: Tx) => queue.complete(job as Job<never>, tx)
      if (!fault) return void (await end(model, complete))
      const startAfterSeconds = ASK_AFTER_S[Math.min(asked, ASK_AFTER_S.length - 1)]!
      const { message: reason, next } = fault
      await db.transaction(async (tx) => {
        const still = { reason, next, until: secondsFromNow(startAfterSeconds) }
        const isSame = and(eq(modelPauses.model, model), eq(modelPauses.since, new Date(since)))
        const [row] = await tx.update(modelPauses).set(still).where(isSame).returning()
        const data: ProbeData = { model, since, asked: asked + 1 }
        if (row) await queue.send(tx, PROBE_MODEL, data, { key: model, startAfterSeconds })
        await complete(tx)
      })
    },
    resume: (model, actor) =>
      end(model, async (tx, ended) => {
        if (ended) await recordAudit(tx, { actor, action: 'model.resume', subject: `model ${model}` })
      }),
  }
}

const secondsFromNow = (seconds: number) => new Date(Date.now() + seconds * 1000)
