import { connect, createServer, type Socket } from 'node:net'

export type TestProxy = Awaited<ReturnType<typeof openProxy>>

/** Stands before a server and can cut its connections, refuse new ones, or keep its answers back. */
export async function openProxy(to: { host: string; port: number }) {
  const pairs = new Set<{ client: Socket; server: Socket }>()
  let mode: 'pass' | 'refuse' | 'silent' = 'pass'
  const listening = createServer((client) => {
    if (mode === 'refuse') return client.resetAndDestroy()
    const server = connect(to.port, to.host)
    const pair = { client, server }
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) socket.on('error', end).on('close', end)
    client.on('data', (bytes) => mode === 'silent' || server.write(bytes))
    server.on('data', (bytes) => mode === 'silent' || client.write(bytes))
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const { port } = listening.address() as { port: number }
  const cut = () => {
    for (const { client } of pairs) client.resetAndDestroy()
  }
  return {
    port,
    open: () => pairs.size,
    cut,
    set(next: typeof mode) {
      mode = next
    },
    close() {
      cut()
      listening.close()
    },
  }
}

/** The same database, reached through the proxy. */
export function through({ port }: { port: number }, url: string): string {
  const parsed = new URL(url)
  parsed.host = `127.0.0.1:${port}`
  return parsed.href
}

export function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port || 5432) }
}
