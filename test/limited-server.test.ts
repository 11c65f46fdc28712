/** Our server on a real socket, with clients that send slowly, never end, or come in numbers. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { afterEach, expect, test } from 'vitest'
import { limitedServer } from '../src/http/index.ts'

const MIB = 1024 * 1024
const limits = { connections: 1000, headersMs: 10_000, bodyMs: 30_000, heldBytes: 4 * MIB }

let server: Server
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  server.closeAllConnections()
  server.close()
})

async function start(own: Partial<typeof limits>): Promise<string> {
  const app = new Hono()
  // a body that was ended
  app.onError((_, c) => c.body(null, 400))
  app.get('/healthz', (c) => c.text('ok')).post('/in', async (c) => c.text(`${(await c.req.arrayBuffer()).byteLength}`))
  server = serve({
    fetch: app.fetch,
    port: 0,
    hostname: '127.0.0.1',
    ...limitedServer({ ...limits, ...own }),
  }) as Server
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Client = { socket: Socket; said(): string; closed: Promise<unknown> }

async function open(url: string, text: string): Promise<Client> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  sockets.push(socket)
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk
  })
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await once(socket, 'connect')
  await new Promise<void>((resolve) => socket.write(text, () => resolve()))
  return { socket, said: () => said, closed }
}

const unfinished = `POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: ${MIB}\r\n\r\n${'x'.repeat(MIB - 1)}`

test('unfinished bodies give way, the oldest first, and others are taken meanwhile', async () => {
  const url = await start({})
  const slow: Client[] = []
  for (let i = 0; i < 40; i++) slow.push(await open(url, unfinished))
  // 40 MiB do not fit into 4: at least 36 are ended
  await Promise.all(slow.slice(0, 36).map(({ closed }) => closed))
  expect(slow[0]!.said()).toMatch(/^HTTP\/1\.1 408 /)
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok')
  const honest = await fetch(`${url}/in`, { method: 'POST', body: 'x'.repeat(MIB) })
  expect(await honest.text()).toBe(String(MIB))
})

test('a body that does not end is ended, and so are headers', async () => {
  const url = await start({ headersMs: 200, bodyMs: 200 })
  const body = await open(url, 'POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx')
  const headers = await open(url, 'GET /healthz HTTP/1.1\r\nHost:')
  const silent = await open(url, '')
  await Promise.all([body.closed, headers.closed, silent.closed])
  for (const client of [body, headers]) expect(client.said()).toMatch(/^HTTP\/1\.1 408 /)
})

test('there are no more connections than allowed', async () => {
  const url = await start({ connections: 10 })
  for (let i = 0; i < 10; i++) await open(url, 'GET /healthz HTTP/1.1\r\n')
  const eleventh = await open(url, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  await eleventh.closed
  expect(eleventh.said()).toBe('')
  sockets[0]!.destroy()
  await once(sockets[0]!, 'close')
  await expect
    .poll(() =>
      fetch(`${url}/healthz`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200)
})
