import { describe, expect, test } from 'vitest'
import { withoutBoilerplate } from './boilerplate.ts'
import { Dropped } from './dropped.ts'
import { withoutSignature } from './signature.ts'

const off = (text: string) => withoutSignature(text, new Dropped())
const own = 'The router reboots every ten minutes.'

describe('signatures go', () => {
  test.each([
    ['the mark', '-- \nAnn Lee\nACME Ltd\n+1 415 555 2671'],
    ['regards', 'Best regards,\n\nAnn Lee\nHead of Things'],
    ['regards on one line', 'Kind regards, Ann'],
    ['Russian', 'С уважением,\nИван Петров\nООО «Ромашка»\nтел. 8 800 555 35 35'],
    ['Russian thanks', 'Заранее спасибо!\nИван'],
    ['German', 'Mit freundlichen Grüßen\nKlaus Beispiel'],
    ['Chinese', '此致\n敬礼\n王小明'],
    ['a device', 'Sent from my iPhone'],
    ['a device in Russian', 'Отправлено с iPhone'],
    ['a device in German', 'Von meinem iPhone gesendet'],
    ['a device in Chinese', '发自我的iPhone'],
    ['an app', 'Get Outlook for Android'],
    ['contact lines without a formula', 'Tel: <PHONE_1>\nE-mail: <EMAIL_1>\nwww.example.com'],
  ])('%s', (_, signature) => expect(off(`${own}\n\n${signature}`)).toBe(own))
})

test.each([
  [
    'thanks in the middle of a letter',
    `Thanks,\nbut ${own} It started after the update of last week, and support told me to wait.`,
  ],
  ['a postscript', `${own}\n\nRegards,\nAnn\nP.S. The serial number is 44817.`],
  ['a divider', `First part of the report is here.\n--\nSecond part. It is long. And it goes on.`],
])('%s stays', (_, text) => expect(off(text)).toContain(text.split('\n').at(-1)))

test('a text that is only a signature is left alone', () =>
  expect(off('Best regards,\nAnn')).toBe('Best regards,\nAnn'))

const bare = (text: string) => withoutBoilerplate(text, new Dropped())

describe('boilerplate goes', () => {
  test.each([
    [
      'a disclaimer',
      'This e-mail and any attachments are confidential and intended solely for the use of the addressee. If you have received this email in error, delete it.',
    ],
    [
      'a Russian disclaimer',
      'Данное сообщение является конфиденциальным и предназначено исключительно адресату. Если вы получили это письмо по ошибке, удалите его.',
    ],
    ['a German disclaimer', 'Diese E-Mail enthält vertrauliche Informationen.'],
    ['an outside warning', 'CAUTION: This email originated from outside of the organization. Do not click links.'],
    ['a helpdesk mark', '##- Please type your reply above this line -##'],
    ['meeting details', 'Join Microsoft Teams Meeting\nMeeting ID: 123 456 789\nPasscode: abc'],
    ['empty form fields', 'Floor:\nRoom: ____\nCost centre: n/a'],
    ['a form hint', '[Please describe your problem in detail]'],
    ['inline pictures', '[cid:image001.png@01D9.ABCD]'],
    ['newsletter links', 'View in browser\nUnsubscribe (https://example.com/u)'],
  ])('%s', (_, noise) => expect(bare(`${own}\n\n${noise}`)).toBe(own))
})

test.each([
  ['confidential data', 'Confidential customer data leaked to the internet.'],
  ['a filled form field', 'Room: 214\nError: E-42'],
  ['a field answered on the next line', 'What happened:\nthe screen is black'],
  ['a placeholder as the answer', 'Phone: <PHONE_1>'],
])('%s stays', (_, text) => expect(bare(text)).toBe(text))

test('long links lose what tracks, blobs become a word, invitations keep their matter', () => {
  expect(bare(`See https://example.com/path?utm_source=${'x'.repeat(200)}`)).toBe('See https://example.com/path')
  const blob = Array.from({ length: 60 }, (_, i) => `aB${i}xYz9+Q`).join('')
  expect(bare(`Picture: data:image/png;base64,${blob} end`)).toBe('Picture: [data] end')
  expect(bare(`${own}\nBEGIN:VCALENDAR\nUID:1\nSUMMARY:Visit of the technician\nEND:VCALENDAR`)).toBe(
    `${own}\nVisit of the technician`,
  )
})
