// biome-ignore-all lint/suspicious/noThenProperty: `then` is part of the rule format; rules are data and nobody awaits them
import { beforeAll, describe, expect, test } from 'vitest'
import type { Prepared, TaxonomyField } from '../../contract/index.ts'
import { loadLanguages } from '../../text/prepare/index.ts'
import { count } from './count.ts'
import { applyRules, checkRules, defaultRules, junk } from './index.ts'
import { Rule, type RuleInput } from './rule.ts'
import { hasKeyword, wordsOf } from './words.ts'

beforeAll(loadLanguages)

const field = (id: string, values: string): TaxonomyField => ({
  id,
  description: '',
  kind: 'choice',
  source: 'model',
  required: true,
  values: values.split(' ').map((each) => ({ id: each, description: '', synonyms: [], automatic: true })),
})
const taxonomy = {
  fields: [
    field('service', 'internet mobile tv telephony billing account hosting email vpn crm'),
    field('category', 'outage degradation configuration access payment order question cancellation'),
    field('priority', 'low normal high urgent'),
  ],
}
const prepared = (text: string, more: Partial<Prepared> = {}): Prepared => ({
  subject: '',
  text,
  language: { code: 'en', confidence: 0.9 },
  dropped: [],
  masked: {},
  metadata: {},
  ...more,
})
const rules = (...inputs: Omit<RuleInput, 'id'>[]) => inputs.map((input, i) => Rule.parse({ id: `r${i}`, ...input }))
const TEXT = 'The router in our office drops the connection every evening'
const run = (list: Rule[], ticket: Prepared = prepared(TEXT)) => applyRules(list, { prepared: ticket }, taxonomy)

describe('keywords in any inflection', () => {
  test.each([
    ['тариф', 'Смените мне тарифы', true],
    ['тариф', 'о тарифе и цене', true],
    ['не работает', 'почта не работала', true],
    ['счёт', 'прислали счета', true],
    ['роутер', 'роутером', true],
    ['взлом аккаунта', 'взломы аккаунтов', true],
    ['суд', 'посуда', false],
    ['кот', 'который', false],
    ['charge', 'I was charged', true],
    ['charges', 'charging me again', true],
    ['refund', 'two refunds', true],
    ['policy', 'policies', true],
    ['bill', 'possibility', false],
    ['outag*', 'many outages', true],
    ['wi-fi', 'our Wi-Fi is slow', true],
    ['发票', '请开发票', true],
    ['wifi', 'our Wi-Fi is slow', true],
    ['e-mail', 'no email since noon', true],
    ['cancel', 'I cancelled it', true],
    ['install', 'nobody installed it', true],
    ['new', 'the news page', false],
    ['звонок', 'нет звонков', true],
    ['вернуть', 'когда вернули деньги', true],
    ['cancel my contract', 'please cancel my contracts', true],
    ['cancel my contract', 'cancel the visit, my contract', false],
  ])('%s in "%s": %s', (keyword, text, expected) => expect(hasKeyword(wordsOf(text), keyword)).toBe(expected))
})

test('the first rule to decide a field wins, every guard and flag counts', () => {
  const ruled = run(
    rules(
      { when: { any: ['router'] }, then: { decide: { service: 'internet' } } },
      { when: { any: ['office'] }, then: { decide: { service: 'vpn', category: 'degradation' } } },
      { when: { all: ['drop', 'evening'] }, then: { guard: { field: 'priority', atLeast: 'high' } } },
      { when: { regex: '\\bconnect\\w+' }, then: { guard: { field: 'priority', atLeast: 'normal' } } },
      { when: { any: ['evening'] }, then: { flag: 'time' } },
      { when: { any: ['every'] }, then: { flag: 'time' } },
      { enabled: false, when: { any: ['router'] }, then: { skip: 'off' } },
    ),
  )
  expect(ruled).toEqual({
    decided: { service: { value: 'internet', rule: 'r0' }, category: { value: 'degradation', rule: 'r1' } },
    guards: [
      { field: 'priority', atLeast: 'high', rule: 'r2' },
      { field: 'priority', atLeast: 'normal', rule: 'r3' },
    ],
    skip: null,
    flags: ['time'],
  })
})

test('a skip ends the rules and has a reason', () => {
  const ruled = run(
    rules(
      { when: { any: ['router'] }, then: { skip: 'handled elsewhere' } },
      { when: { any: ['router'] }, then: { flag: 'late' } },
    ),
  )
  expect(ruled.skip).toEqual({ reason: 'handled elsewhere', rule: 'r0' })
  expect(ruled.flags).toEqual([])
})

test.each<[string, RuleInput['when'], boolean]>([
  ['language', { language: ['en'] }, true],
  ['another language', { language: ['ru'] }, false],
  ['metadata in any case', { metadata: { Plan: 'PRO' } }, true],
  ['one of several', { metadata: { plan: ['basic', 'pro'] } }, true],
  ['metadata that the ticket does not have', { metadata: { region: 'eu' } }, false],
  ['length', { minLength: 20, maxLength: 200 }, true],
  ['too long', { maxLength: 20 }, false],
  ['a word that must not occur', { any: ['router'], none: ['office'] }, false],
  ['the subject only', { in: 'subject', any: ['router'] }, false],
  ['a count', { count: { of: 'lines', atLeast: 1, atMost: 1 } }, true],
  ['a count too low', { count: { of: 'prices', atLeast: 1 } }, false],
])('when: %s', (_, when, expected) => {
  const ruled = run(rules({ when, then: { flag: 'x' } }), prepared(TEXT, { metadata: { plan: 'pro' } }))
  expect(ruled.flags.length > 0).toBe(expected)
})

test('a value that the taxonomy no longer has is ignored', () => {
  const ruled = run(
    rules(
      { when: { any: ['router'] }, then: { decide: { service: 'fax', category: 'outage' } } },
      { when: { any: ['router'] }, then: { guard: { field: 'severity', atLeast: 'high' } } },
    ),
  )
  expect(ruled.decided).toEqual({ category: { value: 'outage', rule: 'r0' } })
  expect(ruled.guards).toEqual([])
})

test('a rule without a condition is refused', () => {
  expect(Rule.safeParse({ id: 'a', when: {}, then: { flag: 'x' } }).success).toBe(false)
  expect(Rule.safeParse({ id: 'a', when: { in: 'subject' }, then: { flag: 'x' } }).success).toBe(false)
})

test('checkRules names every fault and its place', () => {
  const list = [
    ...rules(
      { when: { any: ['x'] }, then: { decide: { service: 'fax' } } },
      { when: { any: ['x'] }, then: { guard: { field: 'severity', atLeast: 'high' } } },
      { when: { regex: '(a+)+$' }, then: { flag: 'x' } },
      {
        when: { any: ['router'] },
        then: { flag: 'x' },
        examples: [
          { text: 'the modem', matches: true },
          { text: 'my router', matches: true },
        ],
      },
      { when: { any: ['!!'] }, then: { flag: 'x' } },
      { when: { minLength: 5, maxLength: 2 }, then: { flag: 'x' } },
      { when: { count: { of: 'prices' } }, then: { flag: 'x' } },
      { when: { count: { of: 'prices', atLeast: 3, atMost: 1 } }, then: { flag: 'x' } },
    ),
    ...rules({ when: { any: ['x'] }, then: { flag: 'x' } }),
  ]
  expect(checkRules(list, taxonomy).map(({ rule, path }) => `${rule} ${path}`)).toEqual([
    'r0 then.decide.service',
    'r1 then.guard',
    'r2 when.regex',
    'r3 examples.0',
    'r4 when.any.0',
    'r5 when.minLength',
    'r6 when.count',
    'r7 when.count',
    'r0 id',
  ])
})

test('a language is a code, in upper or lower case', () => {
  const of = (...language: string[]) => Rule.safeParse({ id: 'a', when: { language }, then: { flag: 'x' } })
  expect(of('klingon').success).toBe(false)
  expect(of('EN').data?.when.language).toEqual(['en'])
})

test('the default rules have no fault', () => expect(checkRules(defaultRules, taxonomy)).toEqual([]))

test('the pattern of a rule sees the text before masking', () => {
  const found = rules({ when: { regex: 'anna@[a-z.]+' }, then: { flag: 'anna' } })
  const ticket = prepared('answer to <EMAIL_1>', { masked: { '<EMAIL_1>': 'anna@example.org' } })
  expect(applyRules(found, { prepared: ticket }, taxonomy).flags).toEqual(['anna'])
})

describe('junk', () => {
  const of = (subject: string, text: string, metadata: Record<string, string> = {}) => junk({ subject, text, metadata })
  test.each([
    ['', '', 'junk: empty'],
    ['', ' … !!! ', 'junk: empty'],
    ['', 'hi help', 'junk: too short (7 characters)'],
    ['', '?x', 'junk: too short (2 characters)'],
    ['Out of office: back on Monday', 'I am away.', 'junk: auto-reply'],
    ['Автоответ: Re: заявка', 'Буду в понедельник', 'junk: auto-reply'],
    ['自动回复: 网络', '我不在办公室', 'junk: auto-reply'],
    ['Automatische Antwort: Ticket', 'Ich bin im Urlaub', 'junk: auto-reply'],
    [
      'Re: your ticket',
      'I am currently out of the office until 5 May with limited access to e-mail.',
      'junk: auto-reply',
    ],
    ['Re: заявка', 'Я нахожусь в отпуске до 10 мая, по срочным вопросам пишите коллегам.', 'junk: auto-reply'],
    ['Undeliverable: your message', 'x@example.com could not be found', 'junk: bounce'],
    [
      'Mail',
      'Reporting-MTA: dns; mx.example.com\nFinal-Recipient: rfc822; a@example.com\nAction: failed\nStatus: 5.1.1',
      'junk: bounce',
    ],
    ['Недоставленное сообщение', 'Ваше сообщение не доставлено', 'junk: bounce'],
    ['You won', 'You have won a lottery prize of 2 million dollars, claim your reward today', 'junk: spam'],
    ['Продвижение', 'Предлагаем продвижение сайтов и рассылку по базе email', 'junk: spam'],
    ['Automatisch antwoord: ticket', 'Ik ben afwezig', 'junk: auto-reply'],
    ['Odpowiedź automatyczna: zgłoszenie', 'Jestem poza biurem', 'junk: auto-reply'],
    ['Автоматична відповідь: заявка', 'Я у відпустці до понеділка', 'junk: auto-reply'],
    ['자동 회신: 문의', '부재중입니다', 'junk: auto-reply'],
    ['Out of office', 'Back soon', 'junk: auto-reply'],
    ['Re: ticket', 'Vielen Dank für Ihre Nachricht. Ich bin bis zum 12.03. nicht erreichbar.', 'junk: auto-reply'],
    ['Re: заявка', 'Спасибо за письмо! Я в отпуске до 20 марта, по срочным вопросам к Анне.', 'junk: auto-reply'],
    ['Re: ticket', 'Merci pour votre message. Je suis en congés jusqu’au 20 mars.', 'junk: auto-reply'],
    ['Undelivered Mail Returned to Sender', 'The address a@example.com was not found', 'junk: bounce'],
    ['Delivery Status Notification (Failure)', 'Your message wasn’t delivered', 'junk: bounce'],
    ['Доставка не выполнена: заявка', 'Сообщение не может быть доставлено', 'junk: bounce'],
    ['test', 'test', 'junk: too short'],
    [
      'SEO services for you',
      'We offer backlinks, first page of Google, special offer just for you. Unsubscribe here.',
      'junk: spam',
    ],
    ['[no subject]', 'Hi all,\nplease find attached the files.\nBest regards', 'junk: nothing but an attachment'],
    ['Fwd:', 'Screenshot attached. Thanks!', 'junk: nothing but an attachment'],
    ['', 'Добрый день! Скриншот во вложении.', 'junk: nothing but an attachment'],
    ['Kein Betreff', 'Siehe Anhang, danke', 'junk: nothing but an attachment'],
    ['无主题', '您好，请查看附件中的截图，谢谢。', 'junk: nothing but an attachment'],
    [
      'Missed call from +44 20 7946 0000',
      'Missed call from: +44 20 7946 0000\nTo: <PHONE_2>\nTime of call: Monday 09:00\nDuration: 0 seconds',
      'junk: a note about a call',
    ],
    [
      'Voicemail from <PHONE_1>',
      'Voicemail from: <PHONE_1>\nLength of voicemail: 4 seconds\nTranscription: [not available]',
      'junk: a note about a call',
    ],
    [
      'Входящий звонок от <PHONE_1>',
      'Звонок от: <PHONE_1>\nВремя звонка: 12:30\nОтветил: Анна\nДлительность: 40 с',
      'junk: a note about a call',
    ],
    [
      '',
      'Eingehender Anruf von: <PHONE_1>\nUhrzeit des Anrufs: 9:15\nAngenommen von: Jan',
      'junk: a note about a call',
    ],
  ])('%s | %s', (subject, text, reason) => expect(of(subject, text)).toContain(reason))

  test.each([
    ['Internet', 'does not work'],
    ['', '网络断了怎么办'],
    [
      'Auto-reply is broken',
      'Our out of office messages are sent to everybody since the update, please fix the mail server',
    ],
    ['Не уходит почта', 'Приходит ошибка 550, письмо не доставлено, помогите'],
    ['', 'Нет интернета'],
    ['Out of office replies are sent twice', 'Since Monday customers get two of them from every mailbox'],
    ['Automatic reply to customers', 'We need one in the helpdesk, please configure it'],
    ['Abwesend-Status in Teams', 'Teams zeigt mich immer als abwesend an, obwohl ich arbeite'],
    ['外出時のVPN接続', '外出先からVPNに接続できません'],
    ['нет на месте приставки', 'Мастер приехал, а приставки нет на месте'],
    ['Roaming', 'I am currently out of the office in Spain and my roaming data does not work'],
    ['Роуминг', 'Я нахожусь в отпуске до 10 мая, не работает роуминг, подключите'],
    ['db1', 'Сервер db1 недоступен. Данное письмо сформировано автоматически, не отвечайте на него.'],
    ['Undeliverable mails', 'All our mails bounce with 550 5.7.1, please fix the SPF'],
    ['Delivery failed for order 12', 'The courier says delivery failed, where is my parcel?'],
    ['Delivery delayed', 'My router is late by three weeks, when will it come?'],
    ['Failure notice on the printer', 'The printer shows a failure notice E5'],
    ['Returned mail', 'Several mails come back as returned mail since the DNS change'],
    ['Casino', 'Our firewall blocks the casino site of our client, the unsubscribe link does not work'],
    ['', 'Need VPN'],
    ['', 'No WiFi'],
    ['', 'не звонит'],
    ['Billing', 'Please unsubscribe me from the paid SMS service'],
    ['Wrong invoice', 'See attached screenshot'],
    ['(no subject)', 'See attached screenshot, the router shows it since the update'],
    ['', 'Attachments cannot be opened'],
    ['Без темы', 'Во вложении договор, пришлите счёт'],
    ['Call drops', 'From: Berlin\nTo: Paris\nCall duration: two seconds, then silence'],
    ['Call from Ann about her invoice', 'Call from: <PHONE_1>\nDuration: 40 seconds'],
    ['Call with <PHONE_1>', 'Call from: <PHONE_1>\nDuration: 40 seconds\nShe has no internet since Monday'],
    ['Voicemail from <PHONE_1>', 'Voicemail from: <PHONE_1>\nDuration: 9 s\nTranscription: my phone is dead'],
  ])('%s | %s is a ticket', (subject, text) => expect(of(subject, text)).toBeNull())

  test('is recognised by mail headers, where the helpdesk passes them on', () => {
    expect(of('Hello there', 'some text long enough', { 'Auto-Submitted': 'auto-replied' })).toBe(
      'junk: auto-reply (Auto-Submitted header)',
    )
    expect(of('Hello there', 'some text long enough', { 'auto-submitted': 'no' })).toBeNull()
  })

  test('has a limit that can be set, and can be switched off', () => {
    expect(junk({ subject: '', text: 'blue hat', metadata: {} }, { minLength: 5 })).toBeNull()
    expect(applyRules([], { prepared: prepared('hi') }, taxonomy, { junk: false }).skip).toBeNull()
    expect(applyRules([], { prepared: prepared('hi') }, taxonomy).skip).toEqual({
      reason: 'junk: too short (2 characters)',
      rule: 'junk',
    })
  })
})

test.each([
  ['300 руб., 15 $, €20 and 1 200,50 ₽', 'prices', 4],
  ['2 hours, 15 минут и 3 дня', 'durations', 3],
  ['USD 20, EUR 30, 5000 сум, 100 грн, 50 块', 'prices', 5],
  ['seit 2 Wochen und 5 Monaten, 2 semaines, полчаса, two hours, три дня', 'durations', 6],
  ['why? how?? 为什么？', 'questions', 3],
] as const)('counts in %s', (text, what, expected) => expect(count(text, what)).toBe(expected))
