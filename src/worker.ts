/**
 * Entry: intake at the edge, on Cloudflare Workers. Accepts webhooks while the service is unavailable: verifies them,
 * keeps them in a queue, and delivers them to the service with the identifiers by which it finds duplicates.
 */
import { edgeConnectors } from '../connectors/edge.ts'
import type { Batch } from './edge/index.ts'
import { type Env, forwardAll, problem, readSettings, receive } from './edge/index.ts'
import { Rejected } from './errors.ts'

const kinds = Object.keys(edgeConnectors)

// The runtime needs a default export.
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url)
    try {
      const answer = await route(request, pathname, env)
      console.log(JSON.stringify({ event: 'answered', path: pathname, status: answer.status }))
      return answer
    } catch (error) {
      const answer = problem(error)
      console.log(JSON.stringify({ event: 'answered', path: pathname, status: answer.status, reason: reasonOf(error) }))
      return answer
    }
  },

  async queue(batch: Batch, env: Env): Promise<void> {
    // Throws while the edge is not set up; the queue then keeps the batch and tries again.
    await forwardAll(readSettings(env, kinds), env, batch)
  },
}

async function route(request: Request, pathname: string, env: Env): Promise<Response> {
  const settings = readSettings(env, kinds)
  if (pathname === '/healthz') return Response.json({ status: 'ok' })
  const name = request.method === 'POST' ? /^\/webhooks\/([^/]+)$/.exec(pathname)?.[1] : undefined
  if (name === undefined)
    throw new Rejected(404, `There is nothing at ${request.method} ${pathname}`, {
      next: 'Post webhooks to /webhooks/{connection}.',
    })
  const connection = settings.connections.get(name)
  if (!connection)
    throw new Rejected(404, `There is no connection ${name} at the edge`, {
      next: 'Add it to CONNECTIONS under the name that it has in the service.',
    })
  const connector = edgeConnectors[connection.kind]! // the settings allow these kinds only
  return Response.json(await receive({ connector, outbox: env.DELIVERIES }, connection, request, new Date()), {
    status: 202,
  })
}

function reasonOf(error: unknown): string {
  if (error instanceof Rejected)
    return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
