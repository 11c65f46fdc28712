import { describe, expect, test } from 'vitest'
import { Dropped } from './dropped.ts'
import { joinParts, partsOf } from './quotes.ts'

const newText = (text: string, subject = '') => joinParts(partsOf(text, subject, new Dropped()))
const own = 'The line is still dead, please look again.'

describe('only the new text of a reply is kept', () => {
  test.each([
    ['Gmail', 'On Mon, May 13, 2024 at 10:00 AM Support <s@example.com> wrote:\n> Please restart.'],
    [
      'Gmail with the address on the next line',
      'On Mon, May 13, 2024 at 10:00 AM Support Team\n<support@example.com> wrote:\n\n> Please restart.',
    ],
    ['Apple Mail', '> On 13 May 2024, at 10:00, Support <s@example.com> wrote:\n> \n> Please restart.'],
    [
      'Outlook',
      'From: Support\nSent: Monday, May 13, 2024 10:00 AM\nTo: Someone\nSubject: Re: line\n\nPlease restart.',
    ],
    ['Outlook with a rule', '-----Original Message-----\nFrom: Support\nSent: Monday\nTo: x\n\nPlease restart.'],
    [
      'Outlook with an underscore rule',
      '________________________________\nFrom: Support <s@example.com>\nSent: Monday\nTo: x\nSubject: y\n\nPlease restart.',
    ],
    [
      'Outlook in Russian',
      'От: Поддержка <s@example.com>\nОтправлено: 13 мая 2024 г. 10:00\nКому: Клиент\nТема: RE: линия\n\nПерезагрузите.',
    ],
    ['a Russian rule', '-----Исходное сообщение-----\nОт: x\nКому: y\n\nПерезагрузите.'],
    ['Gmail in Russian', 'пн, 13 мая 2024 г. в 10:00, Поддержка <s@example.com>:\n> Перезагрузите.'],
    ['Mail.ru', '13.05.2024 10:00, Поддержка пишет:\n> Перезагрузите.'],
    ['Yandex', '13.05.2024, 10:00, "Поддержка" <s@example.com>:\n> Перезагрузите.'],
    ['Thunderbird in Russian', '13.05.2024 10:00, Иван написал(а):\n> Перезагрузите.'],
    ['German Gmail', 'Am Mo., 13. Mai 2024 um 10:00 Uhr schrieb Support <s@example.com>:\n> Neustart bitte.'],
    [
      'German Outlook',
      'Von: Support\nGesendet: Montag, 13. Mai 2024\nAn: Kunde\nBetreff: AW: Leitung\n\nNeustart bitte.',
    ],
    ['Chinese', '在 2024年5月13日，客服 <s@example.com> 写道：\n> 请重启。'],
    ['Chinese headers', '发件人: 客服\n发送时间: 2024年5月13日\n收件人: 客户\n主题: 回复: 网络\n\n请重启。'],
    ['French', 'Le lun. 13 mai 2024 à 10:00, Support <s@example.com> a écrit :\n> Redémarrez.'],
    [
      'bold headers',
      '*From:* Support\n*Sent:* Monday, May 13, 2024 10:00 AM\n*To:* x\n*Subject:* Re: y\n\nPlease restart.',
    ],
    ['Polish', 'wt., 12 mar 2024 o 08:12 Wsparcie <s@example.com> napisał(a):\n\n> Restart.'],
    ['Turkish', 'Destek <s@example.com>, 12 Mar 2024 Sal, 08:12 tarihinde şunu yazdı:\n\n> Yeniden.'],
    ['Japanese', '2024年3月12日(火) 8:12 サポート <s@example.com>:\n\n> 再起動してください。'],
    ['Korean', '2024년 3월 12일 (화) 오전 8:12, 지원팀 <s@example.com>님이 작성:\n\n> 재부팅하세요.'],
    [
      'Outlook in traditional Chinese',
      '寄件者: 客服 <s@example.com>\n寄件日期: 2024年3月12日 08:12\n收件者: 我\n主旨: RE: 登入\n\n請重設密碼',
    ],
    [
      'Outlook in Polish',
      'Od: Wsparcie <s@example.com>\nWysłano: 12 marca 2024\nDo: Klient\nTemat: RE: VPN\n\nRestart.',
    ],
    [
      'Outlook in Dutch',
      'Van: Support <s@example.com>\nVerzonden: 12 maart 2024\nAan: Klant\nOnderwerp: RE: VPN\n\nHerstart.',
    ],
    [
      'Outlook in Ukrainian',
      'Від: Підтримка <s@example.com>\nНадіслано: 12 березня 2024\nКому: Клієнт\nТема: RE: VPN\n\nПерезавантажте.',
    ],
    [
      'Outlook in Japanese',
      '差出人: サポート <s@example.com>\n送信日時: 2024年3月12日\n宛先: 客\n件名: RE: VPN\n\n再起動',
    ],
    [
      'a mark of Zendesk',
      '##- Please type your reply above this line -##\n\nYour request (4711) has been updated.\n\nPlease restart.',
    ],
    ['a mark of Jira', '—-—-—-—\nReply above this line.\n\nAnna commented:\n\nPlease restart.'],
    ['a placeholder for the address', 'On Mon, May 13, 2024 Support <<EMAIL_1>> wrote:\n> Please restart.'],
  ])('%s', (_, quote) => expect(newText(`${own}\n\n${quote}`)).toBe(own))
})

const matter = 'Our till refuses every card since noon.'

describe('what a person wrote or pasted stays', () => {
  test.each([
    ['a title', `${own}\n\n--- Original error message ---\n${matter}`],
    ['a title with a word of mail programs', `${own}\n\n=== Forwarded ports ===\n${matter}`],
    ['a last line between dashes', `${own}\n\n--- please call me back ---`],
    [
      'what the customer wrote before',
      `${own}\n\nOn 14.11.2025 at 09:12 I wrote to you (desk@firma.example):\n\n${matter}`,
    ],
    [
      'what a colleague saw',
      `${own}\n\nOn 14.11.2025 at 09:12 our colleague Kim <kim@shop.example> got this error:\n\n${matter}`,
    ],
    ['a log', `${own}\n\n2025-11-14 09:12:01 user <kim@shop.example> refused:\n${matter}`],
    ['a form', `${own}\n\nName: Olga\nE-mail: olga@shop.example\nDate: 14.11.2025 09:12\nMessage: ${matter}`],
    ['a move', `${own}\n\nFrom: Riga\nTo: Berlin\nDate: 14.11.2025 09:12\nSubject: pallets\n\n${matter}`],
    [
      'the source of a mail',
      `${own}\n\nReceived: from mx.example; Fri, 14 Nov 2025 09:12:01 +0100\nFrom: Shop <o@shop.example>\nTo: me@shop.example\nSubject: pallets\nDate: Fri, 14 Nov 2025 09:00:02 +0100\n\n${matter}`,
    ],
    [
      'another mail than the one that is answered',
      `${own}\n\nFrom: Bank <o@evil.example>\nSent: Friday, November 14, 2025 9:12 AM\nTo: Kim\nSubject: Your password\n\n${matter}`,
    ],
    [
      'the request that the customer points to',
      `Please see the mail below.\n\nOn Mon, May 13, 2024 X <x@example.com> wrote:\n> ${matter}`,
    ],
  ])('%s', (_, text) => {
    const kept = newText(text, 'pallets').replace(/\s+/g, ' ')
    for (const each of [text.includes(own) ? own : '', text.includes(matter) ? matter : 'call me back'])
      expect(kept).toContain(each)
  })

  test.each([
    [
      'an unfinished sentence',
      'the line is dead On Fri, Nov 14, 2025 at 9:12 AM X <x@example.com> wrote:\n> old',
      'the line is dead On Fri, Nov',
    ],
    [
      'a sentence with a date',
      `The line has been dead since 12.11.2025 08:00. On Fri, Nov 14, 2025 at 9:12 AM, x@example.com wrote:\n> old`,
      'The line has been dead since 12.11.2025 08:00.',
    ],
    ['a long paragraph', `${own.repeat(20)} 14.11.2025 09:12, X <x@example.com>:\n> old`, own.repeat(20)],
  ])('%s on the line of the mark', (_, text, expected) => expect(newText(text)).toBe(expected))
})

test('what may be by somebody else is marked as quoted', () => {
  expect(newText(`${own}\n\n> ${matter}`)).toBe(`${own}\n\n> ${matter}`)
  expect(newText(`${own}\n\nOn 14.11.2025 09:12 they wrote:\n${matter}`)).toBe(
    `${own}\n\n> On 14.11.2025 09:12 they wrote:\n> ${matter}`,
  )
})

test('answers between quoted lines stay', () => {
  expect(
    newText(
      'On Mon, May 13, 2024 X <x@example.com> wrote:\n> Is it plugged in?\n\nYes, both ends, checked twice.\n\n> Which lights?\n\nOnly the red one.',
    ),
  ).toBe('Yes, both ends, checked twice.\n\nOnly the red one.')
})

test('a ticket that is only a forward keeps the forwarded text, without its headers', () => {
  const forward =
    '---------- Forwarded message ---------\nFrom: Ann <a@example.com>\nDate: Mon, 13 May 2024\nSubject: VPN broken\nTo: it@example.com\n\nOur VPN fails with error 809.'
  expect(newText(forward, 'Fwd: VPN broken')).toBe('Our VPN fails with error 809.')
  expect(newText(`Please see below.\n\n${forward}`, 'Fwd: help')).toBe(
    'Please see below.\n\nVPN broken\n\nOur VPN fails with error 809.',
  )
  expect(
    newText(
      `-------- Пересылаемое сообщение --------\nОт: А <a@example.com>\nКому: б\nТема: ВПН\n\nНе работает ВПН, ошибка 809.`,
      'ВПН',
    ),
  ).toBe('Не работает ВПН, ошибка 809.')
})

test('a forward of a forward gives its innermost text', () => {
  const text =
    'FYI\n\nBegin forwarded message:\n\nFrom: B\nDate: x\nTo: C\n\nfyi\n\n-----Original Message-----\nFrom: A\nSent: y\nTo: B\n\nThe invoice of May is wrong by 300.'
  expect(newText(text, 'Fwd: invoice')).toContain('The invoice of May is wrong by 300.')
})

test.each([
  ['a sentence that ends with wrote', 'As the manual wrote: restart it.'],
  ['a colon after a date', 'Since 13.05.2024:\nno signal'],
  ['From in a sentence', 'From: Berlin\nthe line is dead'],
  ['a ticket of quoted lines only', '> my router is dead'],
  ['a list that reads like headers', 'Please move these numbers:\nFrom: 555-0100\nTo: 555-0199\nDate: next Monday'],
  [
    'a sentence about what a technician wrote',
    'The line is dead since May. On 12 May 2024 the technician wrote:\nthe splice is broken',
  ],
  [
    'a move between offices',
    'From: Riga office\nTo: Tallinn office\nDate: 12 May\nSubject: 12 phones\n\nPlease relocate them.',
  ],
])('%s is not a quote', (_, text) => expect(newText(text).length).toBeGreaterThanOrEqual(text.length - 2))

test.each([
  [
    'an error that is cited in a sentence',
    'When I log in I get\n> Error 0x80070005: access is denied\nand then the screen goes black.',
    'Error 0x80070005: access is denied',
  ],
  ['a command after a prompt', 'I run:\n> ping 10.0.0.1\nRequest timed out.\nWhy?', 'ping 10.0.0.1'],
  ['a citation after a colon', 'The screen of the till says:\n> Paper jam E-17', 'Paper jam E-17'],
])('%s stays, because no mail program quoted it', (_, text, cited) => expect(newText(text)).toContain(cited))

test('the mark at the end of a forward is removed, like the one at its beginning', () =>
  expect(
    newText(
      '-------- Пересылаемое сообщение --------\n12.03.2024, 08:12, "К" <k@example.com>:\n\nНет телефонии в здании.\n\n-------- Конец пересылаемого сообщения --------',
      'Fwd: телефония',
    ),
  ).toBe('Нет телефонии в здании.'))

test('the removed characters are counted', () => {
  const dropped = new Dropped()
  partsOf(`${own}\n\nOn Mon, May 13, 2024 X <x@example.com> wrote:\n> old text`, '', dropped)
  expect(dropped.list()).toEqual([{ what: 'quote', characters: 57 }])
})
