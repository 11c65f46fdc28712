/** An HTTP server that a few clients cannot fill: limits on connections, time, and the bodies that it holds in memory. */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'

type ServerLimits = {
  /** Further connections are closed at once. */
  connections: number
  /** How long the headers of a request may take, and its body after them. */
  headersMs: number
  bodyMs: number
  /** The most bytes of all bodies that are held at once. */
  heldBytes: number
}

/** The options for `serve` of @hono/node-server. */
export function limitedServer(limits: ServerLimits) {
  const { connections, headersMs, bodyMs, heldBytes } = limits
  const serverOptions: ServerOptions = {
    headersTimeout: headersMs,
    requestTimeout: headersMs + bodyMs,
    connectionsCheckingInterval: Math.min(1_000, headersMs),
  }
  const createServer = (options: ServerOptions, listener: RequestListener): Server => {
    const bodies = openBodies(heldBytes)
    const server = createHttpServer(options, (request, response) => {
      if (!hasBody(request) || bodies.admit(request, response)) return listener(request, response)
      response.writeHead(503, { 'retry-after': '30', connection: 'close', 'content-length': '0' }).end()
    })
    server.maxConnections = connections
    return server
  }
  return { serverOptions, createServer: createServer as typeof createHttpServer }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

type Body = { request: IncomingMessage; socket: Socket; before: number }

const LOOK_MS = 100
/** More of one body is not held: it passes by, or the request is refused. */
const MOST_OF_ONE = 1024 * 1024

const heldOf = ({ socket, before }: Body) => Math.min(MOST_OF_ONE, socket.bytesRead - before)

/**
 * The bodies of all requests that are not answered yet. When they hold too much, those that come in slowest give way: an
 * honest one is complete within milliseconds, one that is sent in drops is the oldest.
 */
function openBodies(heldBytes: number) {
  // in the order of their arrival
  const open = new Set<Body>()
  let timer: ReturnType<typeof setInterval> | undefined
  const held = () => {
    let sum = 0
    for (const body of open) sum += heldOf(body)
    return sum
  }
  /** Ends unfinished ones until the rest fits. */
  const makeRoom = (): boolean => {
    let sum = held()
    for (const body of open) {
      if (sum <= heldBytes) break
      if (body.request.complete) continue
      sum -= heldOf(body)
      forget(body)
      body.socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      body.socket.destroySoon()
    }
    return sum <= heldBytes
  }
  const forget = (body: Body) => {
    open.delete(body)
    if (open.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  return {
    /** False: there is no room, although every body that is held is complete. */
    admit(request: IncomingMessage, response: ServerResponse): boolean {
      if (!makeRoom()) return false
      const { socket } = request
      const body = { request, socket, before: socket.bytesRead }
      open.add(body)
      timer ??= setInterval(makeRoom, LOOK_MS).unref()
      // an answer can come before the end of the body, which then still comes in
      response.once('close', () => {
        if (request.complete || request.destroyed) forget(body)
        else request.once('close', () => forget(body))
      })
      return true
    },
  }
}
