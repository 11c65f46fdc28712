/** On real sockets: which servers are called, where redirects end, and how much of an answer is read. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { zendesk } from '../connectors/zendesk/index.ts'
import { createZendeskSandbox } from '../connectors/zendesk/sandbox.ts'
import { openEndpoint, PromptFormat } from '../src/classifiers/endpoint/index.ts'
import {
  type Connection,
  ConnectionSettings,
  Mapping,
  OAuthCredentials,
  TaxonomyDocument,
} from '../src/contract/index.ts'
import { openFetch, setOutbound } from '../src/outbound/index.ts'

const MIB = 1024 * 1024
const inside = { allowHosts: [], allowInternal: true, answerBytes: 2 * MIB }
const outside = { ...inside, allowInternal: false }

const servers: Server[] = []
afterEach(() => {
  setOutbound({ ...inside, answerBytes: 32 * MIB })
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** The port, and the bodies that arrived. */
async function serve(answer: RequestListener): Promise<{ port: number; bodies: string[] }> {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.push(body)
    answer(request, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, bodies }
}

/** Sends this much, or as much as is taken, and says how much that was. */
function flood(bytes: number, sent: { bytes: number }): RequestListener {
  const chunk = Buffer.alloc(64 * 1024, '"')
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = () => {
      while (sent.bytes < bytes && !response.destroyed) {
        sent.bytes += chunk.length
        if (!response.write(chunk)) return response.once('drain', more)
      }
      response.end()
    }
    more()
  }
}

const connectionTo = (kind: 'jira' | 'zendesk', baseUrl: string): Connection => ({
  ...{ id: 'c', name: 'c', kind, baseUrl, mode: 'observe', secrets: [], filters: {}, selfId: null },
  credentials: { kind: 'bearer', token: 'sesame' },
  mapping: Mapping.parse({}),
  settings: ConnectionSettings.parse({ timeoutMs: 30_000 }),
})

const values = [{ id: 'internet' }, { id: 'billing' }]
const taxonomy = { ...TaxonomyDocument.parse({ fields: [{ id: 'service', values }] }), version: 1 }
const language = { code: 'en', confidence: 1 }
const prepared = { subject: 'Modem', text: 'No light', language, dropped: [], masked: {}, metadata: {} }
function ask(baseUrl: string) {
  const format = PromptFormat.parse({ kind: 'chat' })
  const classifier = openEndpoint({ endpoints: [{ name: 'gpu', baseUrl, model: 'm', format }] })
  return classifier.classify(prepared, taxonomy, new AbortController().signal)
}

test.each([
  ['Jira', (url: string) => jira.fetch(connectionTo('jira', url), '1'), 'broken'],
  ['Zendesk', (url: string) => zendesk.fetch(connectionTo('zendesk', url), '1'), 'broken'],
  ['a model server', ask, 'config'],
] as const)('an answer of 150 MiB from %s is read up to the limit', async (_, call, fault) => {
  setOutbound(inside)
  const sent = { bytes: 0 }
  const { port } = await serve(flood(150 * MIB, sent))
  await expect(call(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
    fault,
    message: expect.stringContaining('more than 2 MiB'),
    next: expect.stringContaining('ANSWER_LIMIT_MB'),
  })
  // what the sockets of both sides hold comes on top
  expect(sent.bytes).toBeLessThan(40 * MIB)
})

test('an answer is measured unpacked, and one that declares too much is not read at all', async () => {
  setOutbound(inside)
  const packed = gzipSync(Buffer.alloc(20 * MIB, ' '))
  expect(packed.length).toBeLessThan(MIB)
  const bomb = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed)
  })
  await expect(openFetch()(`http://127.0.0.1:${bomb.port}/`)).rejects.toThrow('more than 2 MiB')
  const declares = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 3 * MIB }).write('{')
  })
  await expect(openFetch()(`http://127.0.0.1:${declares.port}/`)).rejects.toThrow('more than 2 MiB')
})

test('a model server that redirects does not send the ticket elsewhere', async () => {
  const elsewhere = await serve((_, response) => response.end('{}'))
  const { port } = await serve((_, response) => {
    response.writeHead(307, { location: `http://localhost:${elsewhere.port}/v1?key=1` }).end()
  })
  await expect(ask(`http://127.0.0.1:${port}/v1`)).rejects.toMatchObject({
    fault: 'config',
    message: expect.stringMatching(/307: a redirect to http:\/\/localhost:\d+\/v1$/),
  })
  expect(elsewhere.bodies).toEqual([])
})

test.each([
  ['169.254.169.254', 'the metadata of most clouds'],
  ['[::ffff:169.254.169.254]', 'in the form of IPv6'],
  ['[64:ff9b::a9fe:a9fe]', 'through NAT64'],
  ['[fd00:ec2::254]', 'the metadata of AWS'],
  ['100.100.100.200', 'the metadata of Alibaba'],
  ['168.63.129.16', 'the wire server of Azure'],
  ['2852039166', 'as one number'],
  ['0xa9.0xfe.0xa9.0xfe', 'in hexadecimal'],
  ['0.0.0.0', 'this host'],
  ['[fe80::1]', 'link-local'],
])('%s is never called: %s', async (host) => {
  setOutbound({ ...inside, allowHosts: [host, '0.0.0.0/0', '::/0'] })
  await expect(openFetch([host])(`http://${host}/latest/meta-data`)).rejects.toThrow('never called')
})

test.each(['127.0.0.1', '[::1]', '10.1.2.3', '172.20.0.1', '192.168.1.1', '100.64.0.1', '[fd12::1]', '[2002:a00:1::]'])(
  'in production %s is called only if a setting allows it',
  async (host) => {
    setOutbound(outside)
    await expect(openFetch()(`http://${host}:9/`)).rejects.toMatchObject({
      message: expect.stringContaining('internal address'),
      next: expect.stringContaining('ALLOW_HOSTS'),
    })
  },
)

test('a name is judged by its addresses at the moment of connecting', async () => {
  const { port, bodies } = await serve((_, response) => response.end('{}'))
  const url = `http://localhost:${port}/`
  const callOut = openFetch()
  setOutbound(outside)
  // the name says nothing: only the connection sees where it leads
  await expect(callOut(url)).rejects.toThrow(/localhost \(.*\) is an internal address/)
  expect(bodies).toEqual([])
  for (const allowHosts of [['localhost'], ['127.0.0.0/8'], ['10.0.0.0/8', '127.0.0.1']]) {
    setOutbound({ ...outside, allowHosts })
    expect((await callOut(url)).status).toBe(200)
  }
})

test('in production the model server of the environment may be inside, and a helpdesk may not', async () => {
  setOutbound(outside)
  const answer = { choices: [{ message: { content: '{"service":"internet"}' } }] }
  const { port } = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  expect((await ask(`http://localhost:${port}/v1`)).fields.service?.value).toBe('internet')
  await expect(jira.fetch(connectionTo('jira', `http://localhost:${port}`), '1')).rejects.toMatchObject({
    fault: 'broken',
    retry: false,
    message: expect.stringContaining('internal address'),
  })
  const sandbox = createZendeskSandbox()
  const credentials = { kind: 'oauth', clientId: 'i', clientSecret: 's', tokenUrl: `http://127.0.0.1:${port}/token` }
  await expect(zendesk.refresh({ ...connectionTo('zendesk', sandbox.baseUrl), credentials })).rejects.toThrow(
    'internal address',
  )
})

test.each([
  ['https://auth.example/token', true],
  ['http://127.0.0.1:8080/token', true],
  ['http://[::1]/token', true],
  ['http://auth.example/token', false],
  ['http://127.0.0.1.example/token', false],
  ['ftp://auth.example/token', false],
])('a token URL is https, or on this machine: %s', (tokenUrl, accepted) => {
  const credentials = { kind: 'oauth', clientId: 'i', clientSecret: 's', tokenUrl }
  expect(OAuthCredentials.safeParse(credentials).success).toBe(accepted)
})
