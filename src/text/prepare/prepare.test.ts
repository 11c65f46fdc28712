import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Ticket } from '../../contract/index.ts'
import { unmask } from '../mask/index.ts'
import { loadLanguages, prepare } from './index.ts'

beforeAll(loadLanguages)

const ticket = (
  body: unknown,
  format: Ticket['format'] = 'plain',
  subject = '',
  metadata: Record<string, string> = {},
) => ({ subject, body, format, metadata })

test('a reply by mail passes every step', () => {
  const prepared = prepare(
    ticket(
      '<p>Hello,</p><p>our VPN rejects j.doe@example.com with error 809 &mdash; call <b>+1 415 555 2671</b>.</p><p>Best regards,<br>Jane Doe<br>ACME</p><blockquote type="cite">On Mon, May 13, 2024 Support wrote: try again</blockquote>',
      'html',
      'RE: [EXTERNAL] VPN of j.doe@example.com',
      { requester_email: 'j.doe@example.com', plan: 'pro' },
    ),
  )
  expect(prepared.subject).toBe('VPN of <EMAIL_1>')
  expect(prepared.text).toBe('Hello,\n\nour VPN rejects <EMAIL_1> with error 809 — call <PHONE_1>.')
  expect(prepared.metadata).toEqual({ requester_email: '<EMAIL_1>', plan: 'pro' })
  expect(prepared.masked).toEqual({ '<EMAIL_1>': 'j.doe@example.com', '<PHONE_1>': '+1 415 555 2671' })
  expect(prepared.language.code).toBe('en')
  expect(prepared.dropped.map(({ what }) => what).sort()).toEqual(['quote', 'signature'])
})

test('a calendar file in the text is unfolded before its spaces are cleaned', () =>
  expect(
    prepare(
      ticket(
        'I cannot open this.\nBEGIN:VCALENDAR\r\nSUMMARY:Firewall ch\r\n ange\r\nDESCRIPTION:expect\r\n  ten minutes of outage\r\nEND:VCALENDAR',
      ),
    ).text,
  ).toBe('I cannot open this.\nFirewall change\nexpect ten minutes of outage'))

test('personal data in a removed quote is not kept', () => {
  const prepared = prepare(
    ticket(
      'The line is dead again, please help.\n\nOn Mon, May 13, 2024 A <secret.person@example.com> wrote:\n> call +1 415 555 2671',
    ),
  )
  expect(prepared.masked).toEqual({})
})

test('a literal placeholder in a ticket is not taken for a masked address', () => {
  const prepared = prepare(ticket('Write to <EMAIL_1> and to real@example.com please, it is broken'))
  expect(prepared.text).toContain('<EMAIL_1> and to <EMAIL_2>')
  expect(unmask(prepared.text, prepared.masked)).toContain('<EMAIL_1> and to real@example.com')
})

const SECRETS = [
  'AKIAIOSFODNN7EXAMPLE',
  `ghp_${'a1B2c3D4e5F6'.repeat(3)}`,
  '4111 1111 1111 1111',
  'DE89 3704 0044 0532 0130 00',
  'victim@example.com',
  '+79161234567',
  'postgres://root:hunter2@db.example.com/x',
  '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\nggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----',
]

test('a secret is masked wherever it is in a ticket', () => {
  const filler = 'The modem blinks and nothing happens at all. '
  for (const secret of SECRETS) {
    const lines = secret.split('\n')
    for (const body of [
      secret,
      `${filler.repeat(30)} ${secret} ${filler.repeat(30)}`,
      `${secret}\n${filler.repeat(2000)}`,
      `On Mon, May 13, 2024 x wrote:\n> ${secret}`,
    ]) {
      const prepared = prepare(ticket(body, 'plain', secret, { field: secret }), { budgetTokens: 60 })
      const seen = JSON.stringify({ ...prepared, masked: {} })
      for (const line of lines.filter((each) => !each.startsWith('-----'))) expect(seen).not.toContain(line)
    }
  }
})

describe('hostile input', () => {
  let nested: unknown = { type: 'text', text: 'x' }
  for (let i = 0; i < 100_000; i++) nested = { type: 'panel', content: [nested] }
  const MEGABYTE = 1_000_000
  const of = (text: string) => text.repeat(Math.ceil(MEGABYTE / text.length))

  test.each<[string, unknown, Ticket['format']]>([
    ['deep ADF', { type: 'doc', content: [nested] }, 'adf'],
    ['ADF that is a string', '{"type":"doc","content":', 'adf'],
    ['one letter', of('a'), 'plain'],
    ['one line of words', of('word '), 'plain'],
    ['open tags', of('<div>'), 'html'],
    ['brackets', of('<'), 'html'],
    ['attributes', of('<a href="'), 'html'],
    ['entities', of('&#x41;'), 'html'],
    ['comments', of('<!--'), 'html'],
    ['quotes', of('> '), 'plain'],
    ['deep quotes', of('>>>>>>>>>>>>>>>>>>>> x\n'), 'plain'],
    ['mail headers', of('From: a\nTo: b\nSubject: c\n'), 'plain'],
    ['wrote', of('On 2024 a wrote b\n'), 'plain'],
    ['wrote, one line', of('On 2024 wrote: '), 'plain'],
    ['logs', of('2024-05-01 12:00:00 ERROR x\n'), 'plain'],
    ['frames', of('at a.b(c)\n'), 'plain'],
    ['numbers', of('1 '), 'plain'],
    ['numbers with signs', of('+7-9.'), 'plain'],
    ['at signs', of('a@'), 'plain'],
    ['addresses', of('a@b.cc,'), 'plain'],
    ['urls', of('http://a'), 'plain'],
    ['keys', of('password='), 'plain'],
    ['pem', of('-----BEGIN RSA PRIVATE KEY-----\n'), 'plain'],
    ['jwt', of('eyJaaaaaa.'), 'plain'],
    ['names', of('Dear Ann Lee, '), 'plain'],
    ['wiki stars', of('*a'), 'wiki'],
    ['wiki brackets', of('[a|'), 'wiki'],
    ['wiki macros', of('{color:red}'), 'wiki'],
    ['wiki bangs', of('!a.png'), 'wiki'],
    ['blank lines', of('\n'), 'plain'],
    ['spaces', of(' \t'), 'plain'],
    ['accents', of('a\u0301\u0302'), 'plain'],
    ['zero width', of('\u200b'), 'plain'],
    ['lone surrogates', of('\ud800'), 'plain'],
    ['full stops', of('. '), 'plain'],
    ['colons', of('a: b\n'), 'plain'],
    ['negations', of('not '), 'plain'],
    ['han', of('不'), 'plain'],
    ['labels', of('label:\n'), 'plain'],
    ['lines and quotes that alternate', of('x\n> y\n'), 'plain'],
    ['paragraphs and quotes that alternate', of('x\n\n> y\n\n'), 'plain'],
    ['quotes with gaps', `${of('> y\n\n')}and something of my own`, 'plain'],
    ['meeting invitations', of('join zoom meeting\n'), 'plain'],
  ])('%s: bounded time, bounded text', (_, body, format) => {
    const start = process.threadCpuUsage()
    const prepared = prepare(ticket(body, format, of('a').slice(0, 5000)))
    expect(process.threadCpuUsage(start).user / 1000).toBeLessThan(4000)
    expect(prepared.text.length).toBeLessThan(8000)
  })
})

test('preparing never throws and never leaves invisible characters', () => {
  const format = fc.constantFrom<Ticket['format']>('plain', 'wiki', 'html', 'adf')
  const body = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 500 }),
    fc.anything(),
    fc
      .array(
        fc.constantFrom(
          '<b>',
          '</p>',
          '> ',
          '\n',
          'From: x',
          '-- ',
          '{code}',
          '||',
          'a@b.cc',
          '+79161234567',
          'Привет, ',
          '-----BEGIN',
          '1',
          '&lt;',
          'http://',
          ' ',
        ),
        { maxLength: 60 },
      )
      .map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(body, format, fc.string({ unit: 'binary' }), (value, kind, subject) => {
      const prepared = prepare(ticket(value, kind, subject))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the test checks that they are absent
      expect(prepared.text + prepared.subject).not.toMatch(/[\u0000\u200b\u202e]/)
      expect((prepared.text + prepared.subject).isWellFormed()).toBe(true)
    }),
    { numRuns: 300 },
  )
})
