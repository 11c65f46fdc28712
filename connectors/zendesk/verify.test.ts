import { expect, test } from 'vitest'
import { type Connection, ConnectionSettings, type WebhookSecret } from '../../src/contract/index.ts'
import { identify } from './identify.ts'
import { verify } from './verify.ts'

const TEST_BUTTON = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=='
const SECRET = 'synthetic-signing-secret'
const NOW = new Date('2026-10-05T12:00:00Z')
const STAMP = '2026-10-05T11:59:58Z'
const BODY = '{"type":"zen:event-type:ticket.created","id":"a-1","text":"Störung — нет сети"}'

const connection = (...secrets: WebhookSecret[]): Pick<Connection, 'secrets' | 'settings'> => ({
  secrets,
  settings: ConnectionSettings.parse({ replayHours: 24 }),
})
const signature = (secret: string): WebhookSecret => ({ kind: 'signature', secret })

async function signed(secret: string, stamp = STAMP, body = BODY) {
  const utf8 = new TextEncoder()
  const key = await crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8.encode(stamp + body)))
  return {
    headers: {
      'x-zendesk-webhook-signature': btoa(String.fromCharCode(...mac)),
      'x-zendesk-webhook-signature-timestamp': stamp,
    } as Record<string, string>,
    body: utf8.encode(body),
  }
}

const refused = (next: RegExp) => expect.objectContaining({ status: 401, next: expect.stringMatching(next) })

test('a signature over timestamp and body is accepted, with either of two secrets', async () => {
  const both = connection(signature('the-secret-before-rotation'), signature(SECRET))
  await expect(verify(await signed(SECRET), both, NOW)).resolves.toBeUndefined()
  await expect(verify(await signed('the-secret-before-rotation'), both, NOW)).resolves.toBeUndefined()
})

test('a signature that other tools computed verifies', async () => {
  // By openssl: printf '%s%s' "$STAMP" '{"a":1}' | openssl dgst -sha256 -hmac "$SECRET" -binary | base64
  const delivery = {
    headers: {
      'x-zendesk-webhook-signature': 'y4XQ9nzZ+aRjW4Ci1u0b+QA1NKwRFrUHWrDDZ7WC5hE=',
      'x-zendesk-webhook-signature-timestamp': STAMP,
    },
    body: new TextEncoder().encode('{"a":1}'),
  }
  await expect(verify(delivery, connection(signature(SECRET)), NOW)).resolves.toBeUndefined()
})

test('a connection without secrets refuses everything', async () => {
  await expect(verify(await signed(SECRET), connection(), NOW)).rejects.toEqual(refused(/signing secret/))
})

test("the secret of the vendor's test button is refused even when configured", async () => {
  const delivery = await signed(TEST_BUTTON)
  await expect(verify(delivery, connection(signature(TEST_BUTTON)), NOW)).rejects.toEqual(refused(/signing secret/))
  const mixed = connection(signature(TEST_BUTTON), signature(SECRET))
  await expect(verify(delivery, mixed, NOW)).rejects.toEqual(refused(/Compare/))
  const token = { 'x-pointsman-token': TEST_BUTTON }
  const asToken = connection({ kind: 'token', header: 'X-Pointsman-Token', secret: TEST_BUTTON })
  await expect(verify({ ...delivery, headers: token }, asToken, NOW)).rejects.toMatchObject({ status: 401 })
})

test.each([
  ['another body', (d: Awaited<ReturnType<typeof signed>>) => ({ ...d, body: new TextEncoder().encode('{}') })],
  [
    'another timestamp',
    (d) => ({ ...d, headers: { ...d.headers, 'x-zendesk-webhook-signature-timestamp': '2026-10-05T11:59:59Z' } }),
  ],
  ['no signature', (d) => ({ ...d, headers: {} })],
  ['a signature that is not base64', (d) => ({ ...d, headers: { ...d.headers, 'x-zendesk-webhook-signature': '§' } })],
  ['a short signature', (d) => ({ ...d, headers: { ...d.headers, 'x-zendesk-webhook-signature': 'AAAA' } })],
])('%s is refused', async (_, change) => {
  await expect(verify(change(await signed(SECRET)), connection(signature(SECRET)), NOW)).rejects.toMatchObject({
    status: 401,
  })
})

test.each([
  ['older than the window', '2026-10-04T11:59:59Z', false],
  ['just inside the window', '2026-10-04T12:00:01Z', true],
  ['an hour ahead of our clock', '2026-10-05T12:59:59Z', true],
  ['further ahead', '2026-10-05T13:00:01Z', false],
  ['not a time', 'yesterday', false],
])('a timestamp %s', async (_, stamp, accepted) => {
  const result = verify(await signed(SECRET, stamp), connection(signature(SECRET)), NOW)
  await (accepted ? expect(result).resolves.toBeUndefined() : expect(result).rejects.toEqual(refused(/clock/)))
})

test('a token header is enough where triggers cannot sign', async () => {
  const token = connection({ kind: 'token', header: 'X-Desk-Token', secret: 'synthetic-shared-token' })
  const body = new TextEncoder().encode(BODY)
  await expect(
    verify({ headers: { 'x-desk-token': 'synthetic-shared-token' }, body }, token, NOW),
  ).resolves.toBeUndefined()
  await expect(verify({ headers: { 'x-desk-token': 'something else' }, body }, token, NOW)).rejects.toMatchObject({
    status: 401,
  })
})

test.each([
  ['an event by its id', {}, { type: 'zen:event-type:ticket.created', id: 'a-1' }, 'a-1'],
  [
    'an event without id by nothing',
    { 'x-zendesk-webhook-invocation-id': 'i' },
    { type: 'zen:event-type:x', id: 7 },
    null,
  ],
  [
    'a trigger by invocation and body',
    { 'x-zendesk-webhook-invocation-id': 'i' },
    { ticket_id: '5', updated_at: 't' },
    'i:digest',
  ],
  ['a trigger without invocation by nothing', {}, { ticket_id: '5', updated_at: 't' }, null],
  ['something else by nothing', { 'x-zendesk-webhook-invocation-id': 'i' }, null, null],
])('%s', (_, headers, body, expected) => {
  expect(identify({ headers: headers as Record<string, string>, body: new Uint8Array() }, body, 'digest')).toBe(
    expected,
  )
})
