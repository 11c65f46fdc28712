/** The training thread: receives tickets, sends progress, then the model as bytes. */
import { parentPort, workerData } from 'node:worker_threads'
import { encode } from './encode.ts'
import { train } from './train.ts'
import type { WorkerTask } from './train-in-worker.ts'

const { tickets, fields, ...options } = workerData as WorkerTask
const model = train(tickets, fields, {
  ...options,
  onProgress: (progress) => parentPort?.postMessage({ kind: 'progress', progress }),
})
const bytes = encode(model)
parentPort?.postMessage({ kind: 'done', bytes }, [bytes.buffer as ArrayBuffer])
