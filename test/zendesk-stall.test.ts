/** On a real socket: how fetch handles a body that is sent only in part. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { zendesk } from '../connectors/zendesk/index.ts'
import { createZendeskSandbox } from '../connectors/zendesk/sandbox.ts'
import { zendeskConnection } from './support/zendesk.ts'

const sandbox = createZendeskSandbox()
let begin: (response: ServerResponse) => void = () => {}
const server = createServer((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' })
  response.write('{"ticket":{"id":')
  begin(response)
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  sandbox.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function hasty() {
  const connection = zendeskConnection(sandbox)
  return { ...connection, settings: { ...connection.settings, timeoutMs: 150 } }
}

test('a body that stalls is given up after the time limit', async () => {
  begin = () => {}
  const began = Date.now()
  await expect(zendesk.fetch(hasty(), '1')).rejects.toMatchObject({ fault: 'unreachable', retry: true })
  expect(Date.now() - began).toBeLessThan(2000)
})

test('a body that is cut is unreachable, not a raw TypeError', async () => {
  begin = (response) => setTimeout(() => response.destroy(), 10)
  await expect(zendesk.fetch(hasty(), '1')).rejects.toMatchObject({ name: 'HelpdeskError', fault: 'unreachable' })
})
