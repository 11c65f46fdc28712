/** Training in a thread of its own, so that it never blocks intake. Node only. */
import { Worker } from 'node:worker_threads'
import type { LabelledTicket } from '../../contract/index.ts'
import type { Progress, TrainOptions } from './train.ts'

export type WorkerTask = { tickets: LabelledTicket[]; fields: string[] } & Pick<
  TrainOptions,
  'seed' | 'created' | 'words'
>

type Message = { kind: 'progress'; progress: Progress } | { kind: 'done'; bytes: Uint8Array }

/** The worker has the same extension as this file: `.ts` as source, `.mjs` when bundled. */
const workerUrl = () => new URL(`./train-worker${/\.\w+$/.exec(import.meta.url)?.[0] ?? '.mjs'}`, import.meta.url)

/** Trains a model and returns its bytes for `decode`; `signal` ends the thread at once. */
export function trainInWorker(
  tickets: LabelledTicket[],
  fields: string[],
  { onProgress, signal, url = workerUrl(), ...task }: TrainOptions & { url?: URL } = {},
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const workerData: WorkerTask = { tickets, fields, ...task }
    const worker = new Worker(url, { workerData })
    const abort = () => {
      void worker.terminate()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
    worker.on('message', (message: Message) => {
      if (message.kind === 'progress') onProgress?.(message.progress)
      else resolve(message.bytes)
    })
    worker.on('error', reject)
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', abort)
      if (code !== 0) reject(new Error(`The training thread ended with code ${code}`))
    })
  })
}
