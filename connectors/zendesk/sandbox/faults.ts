/** Failures on demand, as middleware in front of the API. */
import type { Context, Next } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Fault } from '../../sandbox.ts'

const BODIES: Record<number, unknown> = {
  401: { error: "Couldn't authenticate you" },
  403: { error: { title: 'Forbidden', message: 'You do not have access to this page.' } },
  404: { error: 'RecordNotFound', description: 'Not found' },
  409: { error: 'UpdateConflict', description: 'Safe Update prevented the update due to outdated ticket data.' },
  429: { error: 'APIRateLimitExceeded', description: 'Number of allowed API requests per minute exceeded' },
}

export async function failOnDemand(faults: Fault[], c: Context, next: Next): Promise<void> {
  const fault = take(faults, c.req.method, c.req.path)
  if (!fault || fault.after) await next()
  if (!fault) return
  if (fault.hang) await new Promise((resolve) => c.req.raw.signal.addEventListener('abort', resolve))
  // Cleared first: otherwise the next response gets the headers of this one.
  c.res = undefined
  c.res = fault.cut ? new Response(cutStream(), { headers: JSON_TYPE }) : failure(c, fault)
}

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' }

function failure(c: Context, fault: Fault): Response {
  const status = (fault.status ?? 503) as ContentfulStatusCode
  const body = fault.body ?? JSON.stringify(BODIES[status] ?? { error: 'InternalError', description: 'Sandbox fault' })
  return c.body(body, status, { ...JSON_TYPE, ...fault.headers })
}

function take(faults: Fault[], method: string, path: string): Fault | undefined {
  const at = faults.findIndex((fault) => (fault.method ?? method) === method && (fault.path?.test(path) ?? true))
  const fault = faults[at]
  if (!fault) return undefined
  const left = (fault.times ?? Number.POSITIVE_INFINITY) - 1
  if (left <= 0) faults.splice(at, 1)
  else faults[at] = { ...fault, times: left }
  return fault
}

function cutStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"ticket":{"id":'))
    },
    pull(controller) {
      controller.error(new Error('connection cut'))
    },
  })
}
