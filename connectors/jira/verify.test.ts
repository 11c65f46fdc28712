import { expect, test } from 'vitest'
import { ConnectionSettings, type WebhookSecret } from '../../src/contract/index.ts'
import { verify } from './verify.ts'

const utf8 = new TextEncoder()
const now = new Date('2026-11-02T12:00:00Z')
const settings = ConnectionSettings.parse({ replayHours: 48 })
// The vendor's own test vector.
const vendorSecret = "It's a Secret to Everybody"
const vendorHex = 'a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9'

async function sign(secret: string, body: string): Promise<string> {
  const key = await crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8.encode(body)))
  return `sha256=${Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

const signature = (secret: string): WebhookSecret => ({ kind: 'signature', secret })
const token: WebhookSecret = { kind: 'token', header: 'X-Pointsman-Token', secret: 'a-token-of-the-rule' }
const check = (headers: Record<string, string>, body: string, secrets: WebhookSecret[]) =>
  verify({ headers, body: utf8.encode(body) }, { secrets, settings }, now)

test("the vendor's test vector passes, with either of two secrets", async () => {
  const headers = { 'x-hub-signature': `sha256=${vendorHex}` }
  await check(headers, 'Hello World!', [signature(vendorSecret)])
  await check(headers, 'Hello World!', [signature('the-old-secret-of-it'), signature(vendorSecret)])
})

test.each([
  ['another method', `sha1=${vendorHex}`],
  ['no method', vendorHex],
  ['a short digest', `sha256=${vendorHex.slice(2)}`],
  ['no hex', `sha256=${'z'.repeat(64)}`],
  ['two signatures', `sha256=${vendorHex}=`],
  ['nothing', ''],
  ['another digest', `sha256=${'0'.repeat(64)}`],
])('a signature with %s is refused', async (_, header) => {
  const refused = check({ 'x-hub-signature': header }, 'Hello World!', [signature(vendorSecret), token])
  await expect(refused).rejects.toMatchObject({ status: 401, next: expect.stringMatching(/secret/) })
})

test('without secrets everything is refused', async () => {
  // Signed with an empty key, as anyone can.
  const headers = { 'x-hub-signature': 'sha256=0366d43cf5215a646b90008490ca34b5994cc08f173c9e6cdccef82656896592' }
  await expect(check(headers, 'Hello World!', [])).rejects.toMatchObject({ status: 401 })
})

test('a rule is accepted by its token, but not together with a wrong signature', async () => {
  await check({ 'x-pointsman-token': token.secret }, '{"key":"SUP-1"}', [token])
  await expect(check({ 'x-pointsman-token': 'guess' }, '{"key":"SUP-1"}', [token])).rejects.toMatchObject({
    status: 401,
  })
  const both = { 'x-pointsman-token': token.secret, 'x-hub-signature': `sha256=${'0'.repeat(64)}` }
  await expect(check(both, '{"key":"SUP-1"}', [token])).rejects.toMatchObject({ status: 401 })
})

test.each([
  ['now', 0, true],
  ['a day ago, within the retries', -24, true],
  ['three days ago', -72, false],
  ['in half an hour, by an inaccurate clock', 0.5, true],
  ['tomorrow', 24, false],
])('signed %s', async (_, hours, passes) => {
  const body = JSON.stringify({ timestamp: now.getTime() + hours * 3_600_000 })
  const outcome = check({ 'x-hub-signature': await sign(vendorSecret, body) }, body, [signature(vendorSecret)])
  if (passes) await outcome
  else await expect(outcome).rejects.toMatchObject({ status: 401 })
})

test.each([['{"timestamp":null}'], ['{"timestamp":"2019-2-27 13:30:21,620"}'], ['not json'], ['[]'], ['{}']])(
  'a signed body without a time passes: %s',
  async (body) => {
    await check({ 'x-hub-signature': await sign(vendorSecret, body) }, body, [signature(vendorSecret)])
  },
)
