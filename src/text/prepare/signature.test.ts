import { describe, expect, test } from 'vitest'
import { withoutBoilerplate } from './boilerplate.ts'
import { Dropped } from './dropped.ts'
import { withoutSignature } from './signature.ts'

const unsigned = (text: string) => withoutSignature(text, new Dropped())
const own = 'The router reboots every ten minutes.'

describe('signatures are removed', () => {
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
    ['thanks and regards', 'Thanks & Regards\nRavi Kumar\nIT Support L1 | Bengaluru\nExtn: 4521'],
    [
      'a company with its registers',
      'Mit freundlichen Grüßen\n\nSabine Koch\nBuchhaltung\n\nMüller & Söhne GmbH\nHauptstraße 5\n20095 Hamburg\nTelefon: <PHONE_1>\nwww.example.com\n\nGeschäftsführer: Hans Müller | Amtsgericht Hamburg HRB 12345 | USt-IdNr. <ID_1>',
    ],
    [
      'a company with its slogan',
      'Best Regards,\n\nJohn Q. Smith | Senior Network Engineer\nACME Corporation | 123 Main Street, Suite 400 | Springfield, IL 62701\nO: <PHONE_1> | M: <PHONE_2>\n<EMAIL_1> | www.example.com\nFollow us on LinkedIn | Twitter\n"Innovation. Integrity. Impact."',
    ],
    ['contact lines under a name', 'Петрова Анна\nГлавный бухгалтер\nООО "Вектор"\nтел.: <PHONE_1>\nпочта: <EMAIL_1>'],
    ['contact lines without a formula', 'Tel: <PHONE_1>\nE-mail: <EMAIL_1>\nwww.example.com'],
  ])('%s', (_, signature) => expect(unsigned(`${own}\n\n${signature}`)).toBe(own))
})

test.each([
  [
    'thanks in the middle of a letter',
    `Thanks,\nbut ${own} It started after the update of last week, and support told me to wait.`,
  ],
  ['a postscript', `${own}\n\nRegards,\nAnn\nP.S. The serial number is 44817.`],
  ['a divider', `First part of the report is here.\n--\nSecond part. It is long. And it goes on.`],
  ['a request after the thanks', `${own}\nThanks\nPlease cancel my contract today`],
  ['a Russian request after the thanks', `${own}\nСпасибо\nИ пришлите мне счёт за март`],
  [
    'a sentence with a line that is only the word Best',
    'We compared both plans. Which one is\nBest\nfor ten users with one static IP',
  ],
  ['an order that begins like a formula', `${own}\nBestellung stornieren`],
  ['a brand name that is also a formula', `${own}\nLG TV kaputt`],
  ['a list of addresses', 'Please add these people to the list:\n<EMAIL_1>\n<EMAIL_2>\n<EMAIL_3>'],
  ['a list of numbers', 'Please port my numbers to the new account.\n\n<PHONE_1>\n<PHONE_2>\n<PHONE_3>'],
  ['a form of contacts', 'New employee, create an account.\nName: Olga\nE-mail: <EMAIL_1>\nPhone: <PHONE_1>'],
])('%s stays', (_, text) => expect(unsigned(text)).toContain(text.split('\n').at(-1)))

test('a formula inside the last line is removed with the rest of the line', () =>
  expect(unsigned('Кабинет не открывается, ошибка 502. С уважением, Анна Петрова, ООО Вектор, тел. <PHONE_1>')).toBe(
    'Кабинет не открывается, ошибка 502.',
  ))

test('a text that is only a signature stays', () => expect(unsigned('Best regards,\nAnn')).toBe('Best regards,\nAnn'))

const ZOOM = `Bob is inviting you to a scheduled Zoom meeting.

Join Zoom Meeting
https://us02web.zoom.us/j/81234567890?pwd=abc

Meeting ID: 812 3456 7890
Passcode: 123456

One tap mobile
+13015550100,,81234567890#,,,,*123456# US (Washington DC)

Dial by your location
• +1 301 555 0100 US (Washington DC)
• +1 305 555 0100 US

Find your local number: https://us02web.zoom.us/u/abc`
const TEAMS = `________________________________________________________________________________
Microsoft Teams Need help?
Join the meeting now
Meeting ID: 345 678 901 234
Passcode: aB3dE
________________________________
Dial in by phone
<PHONE_1>,,123456789# Germany, Frankfurt
Find a local number
Phone conference ID: 123 456 789#
For organizers: Meeting options | Reset dial-in PIN
________________________________________________________________________________`
const TEAMS_RU = `Собрание Microsoft Teams
Присоединиться на компьютере, в мобильном приложении или на устройстве в комнате
Щелкните здесь, чтобы присоединиться к собранию
Идентификатор собрания: 345 678 901
Код доступа: abc
Скачать Teams | Присоединиться через Интернет`

const withoutNoise = (text: string) => withoutBoilerplate(text, new Dropped())

describe('boilerplate is removed', () => {
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
    [
      'a warning about outside mail',
      'CAUTION: This email originated from outside of the organization. Do not click links.',
    ],
    ['a helpdesk mark', '##- Please type your reply above this line -##'],
    ['meeting details', 'Join Microsoft Teams Meeting\nMeeting ID: 123 456 789\nPasscode: abc'],
    ['empty form fields', 'Floor:\nRoom: ____\nCost centre: n/a'],
    ['a form hint', '[Please describe your problem in detail]'],
    ['inline pictures', '[cid:image001.png@01D9.ABCD]'],
    ['newsletter links', 'View in browser\nUnsubscribe (https://example.com/u)'],
    ['a Zoom invitation', ZOOM],
    ['a Teams invitation', TEAMS],
    ['a Teams invitation in Russian', TEAMS_RU],
    [
      'a Meet invitation',
      'Join with Google Meet: https://meet.google.com/abc-defg-hij\nOr dial: (US) <PHONE_1> PIN: 123456789#\nMore phone numbers: https://tel.meet/abc',
    ],
    ['a form that was not filled in', 'Affected service: \nSteps taken: ____\n - OS: [e.g. iOS]\nCost centre: n/a'],
    ['the end of a scanned mail', 'This email has been scanned for viruses by Example Antivirus.'],
  ])('%s', (_, noise) => expect(withoutNoise(`${own}\n\n${noise}`)).toBe(own))
})

test.each([
  ['confidential data', 'Confidential customer data leaked to the internet.'],
  ['a filled form field', 'Room: 214\nError: E-42'],
  ['a field answered on the next line', 'What happened:\nthe screen is black'],
  ['a placeholder as the answer', 'Phone: <PHONE_1>'],
  ['a statement that introduces a log', 'The projector shows no signal:\n\nERROR 42'],
  ['a short statement that introduces a log', 'Router reboots:\nMar 12 08:00:00 rt1 kernel: eth0 is down'],
  ['a statement over a list of fields', 'These sites are down:\nRiga: since 9\nTartu: since 10'],
  ['a statement over links', 'Broken pages:\nhttps://shop.example.com\nhttps://api.example.com'],
  ['a field answered after a blank line', 'Error text:\n\ndisk full'],
  ['a field answered with none', 'Signal: none\nLamps: none'],
  [
    'a sentence about something that was checked',
    'Hello,\n\nThe cable was checked by your technician, the line is still dead.',
  ],
  [
    'a request to consider the environment variables',
    'Hello,\n\nPlease consider the environment variables of the build, they are empty.',
  ],
  [
    'a confidential report',
    'Hello,\n\nThis message is confidential: an employee sends customer lists to a competitor. Lock the account.',
  ],
  [
    'a sentence about printing that asks for a password',
    'Добрый день!\n\nПрежде чем печатать документ, программа просит пароль.',
  ],
  [
    'a report about a message shown to the wrong people',
    'Добрый день!\n\nЭто сообщение об ошибке предназначено для администраторов, но его видят клиенты.',
  ],
  ['a meeting that cannot be joined', 'Meeting ID: 345 678 901 234 is invalid when I try to join.'],
])('%s stays', (_, text) => expect(withoutNoise(text)).toBe(text))

test('a disclaimer is removed, but not the sentence before it', () => {
  expect(
    withoutNoise(
      `Hello,\n\n${own}\nThis email and any\nfiles transmitted with it are confidential and intended solely for the use of the individual to whom they are addressed.`,
    ),
  ).toBe(`Hello,\n\n${own}`)
  expect(
    withoutNoise(
      `Hello,\n\n${own} If you are not the intended recipient, you are hereby notified that copying is prohibited.`,
    ),
  ).toBe(`Hello,\n\n${own}`)
})

test('the content of an invitation is unfolded', () =>
  expect(
    withoutNoise(
      `${own}\nBEGIN:VCALENDAR\nSUMMARY;LANGUAGE=en-us:Firewall change\nDESCRIPTION:We replace the firewall\\, expect ten minutes of outage\\nBring laptops\nLOCATION:Room 5\nEND:VCALENDAR`,
    ),
  ).toBe(`${own}\nFirewall change\nWe replace the firewall, expect ten minutes of outage\nBring laptops\nRoom 5`))

test('long links lose their query, blobs become one word, invitations keep their subject', () => {
  expect(withoutNoise(`See https://example.com/path?utm_source=${'x'.repeat(200)}`)).toBe(
    'See https://example.com/path',
  )
  const blob = Array.from({ length: 60 }, (_, i) => `aB${i}xYz9+Q`).join('')
  expect(withoutNoise(`Picture: data:image/png;base64,${blob} end`)).toBe('Picture: [data] end')
  expect(withoutNoise(`${own}\nBEGIN:VCALENDAR\nUID:1\nSUMMARY:Visit of the technician\nEND:VCALENDAR`)).toBe(
    `${own}\nVisit of the technician`,
  )
})
