import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { luhn } from './bank-numbers.ts'
import { isChineseId, isCodiceFiscale, isCpf, isIin, isInn12, isNir, isPinfl, isSnils } from './checksums.ts'
import { deskMask, mask, maskAll, maskForExport, unmask } from './index.ts'

describe('personal data and secrets are masked', () => {
  test.each([
    ['Write to a.b+c@example.com or иван@почта.рф.', 'Write to <EMAIL_1> or <EMAIL_2>.'],
    ['ann [at] example [dot] com', '<EMAIL_1>'],
    ['Call 8 (916) 123-45-67 or +49 30 901820', 'Call <PHONE_1> or <PHONE_2>'],
    ['тел 89161234567, доб. 5', 'тел <PHONE_1>, доб. 5'],
    ['phone 555-0142', 'phone <PHONE_1>'],
    ['我的手机 13812345678', '我的手机 <PHONE_1>'],
    ['(415) 555-2671 in the evening', '<PHONE_1> in the evening'],
    ['card 4111 1111 1111 1111, again 4111-1111-1111-1111', 'card <CARD_1>, again <CARD_2>'],
    ['pay to DE89 3704 0044 0532 0130 00 now', 'pay to <IBAN_1> now'],
    ['from 10.1.2.3 to 2001:db8::ff00:42:8329', 'from <IP_1> to <IP_2>'],
    ['postgres://u:p@db.example.com:5432/x', '<URL_1>'],
    ['https://example.com/reset?token=abcdef123456 expired', '<URL_1> expired'],
    ['https://example.com/account/reset-password/9f8e7d6c5b4a39281706', '<URL_1>'],
    ['key AKIAIOSFODNN7EXAMPLE', 'key <KEY_1>'],
    ['Authorization: Bearer abcdef0123456789abcdef', 'Authorization: Bearer <KEY_1>'],
    ['password=hunter2; pwd: S3cret!', 'password=<KEY_1>; pwd: <KEY_2>'],
    ['{"api_key": "zz-top-1"}', '{"api_key": "<KEY_1>"}'],
    ['Мой пароль Qwerty12345', 'Мой пароль <KEY_1>'],
    ['密码是abc12345', '密码是<KEY_1>'],
    ['CVV 123 was asked', 'CVV <KEY_1> was asked'],
    ['код из смс 4821', 'код из смс <KEY_1>'],
    ['ИНН 7707083893, СНИЛС 112-233-445 95', 'ИНН <INN_1>, СНИЛС <SNILS_1>'],
    ['паспорт 4508 123456', 'паспорт <PASSPORT_1>'],
    ['Passport number AB1234567', 'Passport number <PASSPORT_1>'],
    ['SSN 123-45-6789', 'SSN <ID_1>'],
    ['身份证 11010519491231002X', '身份证 <ID_1>'],
    ['Hi John, thanks', 'Hi <NAME_1>, thanks'],
    ['Здравствуйте, Иван Петрович!', 'Здравствуйте, <NAME_1>!'],
    ['Best regards,\nJohn Smith', 'Best regards,\n<NAME_1>'],
    ['С уважением,\nПётр Сидоров', 'С уважением,\n<NAME_1>'],
    ['My name is Ann Lee and I wait', 'My name is <NAME_1> and I wait'],
    ['Меня зовут Анна, у меня вопрос', 'Меня зовут <NAME_1>, у меня вопрос'],
    ['ФИО: Иванов Иван Иванович', 'ФИО: <NAME_1>'],
    ['我叫王小明，网络断了', '我叫<NAME_1>，网络断了'],
    ['пишите на ann собака example.ru', 'пишите на <EMAIL_1>'],
    ['mail ann at example dot com', 'mail <EMAIL_1>'],
    ['8 916 123-45-67 / 8 926 765-43-21', '<PHONE_1> / <PHONE_2>'],
    ['абонент 998901234567', 'абонент <PHONE_1>'],
    ['8600 1204 5678 9018 kartamdan', '<CARD_1> kartamdan'],
    ['das Passwort lautet Sommer#19', 'das Passwort lautet <KEY_1>'],
    ['parol: aziz_2001', 'parol: <KEY_1>'],
    ['<password>x1y2z3</password>', '<password><KEY_1></password>'],
    ['| пароль | Qwerty12 |', '| пароль | <KEY_1> |'],
    ['creds: admin / S3cret!x', 'creds: admin / <KEY_1>'],
    ['of no known issuer: q7Zt0LmK2xWb9RfY4uHs1NcV8pDa6GeJ', 'of no known issuer: <KEY_1>'],
    ['паспорт серия 45 10 № 654321', 'паспорт серия <PASSPORT_1>'],
    ['护照号E12345678', '护照号<PASSPORT_1>'],
    ['Reisepass-Nr. C4VK7F3M2 fehlt', 'Reisepass-Nr. <PASSPORT_1> fehlt'],
    ['PESEL 44051401458, BSN 111222333', 'PESEL <ID_1>, BSN <ID_2>'],
    ['31205890123455 и RSSMRA85T10A562S', '<ID_1> и <ID_2>'],
    ['CPF 529.982.247-25', 'CPF <ID_1>'],
    ['1 85 05 78 006 084 91', '<ID_1>'],
    ['Ich heiße Karl-Heinz Vogel und warte', 'Ich heiße <NAME_1> und warte'],
    ['З повагою, Андрій Коваленко', 'З повагою, <NAME_1>'],
    ['Hurmatli Nodira Karimova, salom', 'Hurmatli <NAME_1>, salom'],
    ['Құрметпен, Ерлан Ахметов', 'Құрметпен, <NAME_1>'],
    ['Estimado señor García:', 'Estimado señor <NAME_1>:'],
    ['It fails again. Regards, Marlow Tindrake', 'It fails again. Regards, <NAME_1>'],
    ['hi kevin, help', 'hi <NAME_1>, help'],
    ['Kevin Tindrake cannot log in', '<NAME_1> cannot log in'],
    ['The VPN fails.\n\nOlga Tindrake', 'The VPN fails.\n\n<NAME_1>'],
    ['FULL NAME: DELPHINE ARCHER', 'FULL NAME: <NAME_1>'],
    ['客户姓名:陈美玲', '客户姓名:<NAME_1>'],
    ['请联系刘伟先生', '请联系<NAME_1>先生'],
    ['hey its kevin from sales', 'hey its <NAME_1> from sales'],
    ['Звонить Марату завтра', 'Звонить <NAME_1> завтра'],
    ['Beste Grüße aus Köln\nMareike Sommerfeld', 'Beste Grüße aus Köln\n<NAME_1>'],
    ['Herr Dr. Lindemann wartet', 'Herr Dr. <NAME_1> wartet'],
    ['My password is now Sunflower!43 and fails', 'My password is now <KEY_1> and fails'],
    ['User "jdoe" / "Spring-2025" fails', 'User "jdoe" / "<KEY_1>" fails'],
    ['пароль від кабінету Lviv#2022 не діє', 'пароль від кабінету <KEY_1> не діє'],
    ['llámeme al 91 123 45 67 o al 655 443 322', 'llámeme al <PHONE_1> o al <PHONE_2>'],
    ['It says declined. - Dominic Thorpe', 'It says declined. - <NAME_1>'],
    ['it prints upside down\nnigel', 'it prints upside down\n<NAME_1>'],
    ['Sehr geehrter Herr von Arnim, leider', 'Sehr geehrter Herr <NAME_1>, leider'],
    ['the employee Marlow Osei cannot', 'the employee <NAME_1> cannot'],
    ['Anna Vogt, Marlow Salgado and Wei Tindrake come', '<NAME_1>, <NAME_2> and <NAME_3> come'],
    ['户名赵丽华。', '户名<NAME_1>。'],
    ['mot de passe provisoire : Bx7!poire', 'mot de passe provisoire : <KEY_1>'],
    ['Tel. 601 987 654', 'Tel. <PHONE_1>'],
    ['Password I use is "Mar1gold!", user deploy', 'Password I use is "<KEY_1>", user deploy'],
    ['邮箱 a 密码Qaz#1357,提示', '邮箱 a 密码<KEY_1>,提示'],
    ['我是周敏,护照G12345678,错了', '我是<NAME_1>,护照<PASSPORT_1>,错了'],
    ['gate code 7741.', 'gate code <KEY_1>.'],
    ['у Светланы Борисовны Ткач перезагрузка', 'у <NAME_1> перезагрузка'],
    ['此致\n敬礼\n李晓明', '此致\n敬礼\n<NAME_1>'],
  ])('%s', (text, expected) => expect(mask(text).text).toBe(expected))
})

describe('other texts stay as they are', () => {
  test.each([
    'Order 100045678 of 2024-05-01 12:30',
    'заказ № 89161234567 от 01.05.2024',
    'ERR-2024-11023, INC0012345, error 0x80070005',
    'version 10.1.2.3, build 19041.1023',
    '12 500 000 руб. и 1 234 567 ₽',
    'Password: is wrong',
    'Пароль не подходит, пароль неверный',
    'password is incorrect and token expired',
    'https://example.com/orders/89161234567?page=2',
    'mask 255.255.255.0, loopback 127.0.0.1',
    'at 12:30:45 and 10:00',
    'from 5-10 users to 500-600',
    'Hi team, Internet is down',
    'Здравствуйте! Интернет не работает',
    'Thanks, Outlook works',
    'ticket #12345678 and ICCID 8970199012345678901',
    'commit 3f2a9c1e7b3f2a9c1e7b3f2a9c1e7b3f2a9c1e7b',
    'uuid 123e4567-e89b-12d3-a456-426614174000',
    'MAC 00:1A:2B:3C:4D:5E',
    'договор 7707083893',
    '100 Мбит/с, 5 ГГц, 3.14',
    '@username and a@b without a dot',
    'Order 4000123412341234 is late',
    'Auftrag 4711-0815-2024, commande 2024-558-001234, tag 1.4.2-20241105.3',
    'ISBN 978-3-16-148410-0',
    'order 00004587345',
    'jackson-databind 2.9.10.2, upgraded the agent from 12.4.1.7 to 12.5.0.1',
    'used 2.467837994986207%',
    '商品编号 6901234567892',
    'token expires: 2024-11-05',
    'The firmware went from 7.2.11.4 to 7.3.0.1',
    'In Jan 2023, Tue Jan 02 00:15:13, ping 48 ms. Но voice',
    "the admin password of the router's page, if you've it",
    'kein WLAN im Konferenzraum',
    'token = e.getValue(); TOKEN=HDFS_DELEGATION_TOKEN',
    'https://example.com/browse?key=SUP-1234&code=404&page=2',
    'pull/391/files#diff-687a4ed1252bfb4f56b3aeeb28bee4413b7df9bec4b969b72215587L395',
    'Mot de passe : oublié',
    'contraseña: incorrecta',
    'Building Apache Hadoop Client Packaging Invariants',
    'Mit freundlichen Grüßen\nIhr Vertriebsteam',
    'This is Internet Explorer only',
  ])('%s', (text) => expect(mask(text).text).toBe(text))
})

test('equal values share a placeholder in one text, in several texts and in a later call', () => {
  const { texts, masked } = maskAll(['From a@example.com', 'a@example.com wrote to b@example.com'])
  expect(texts).toEqual(['From <EMAIL_1>', '<EMAIL_1> wrote to <EMAIL_2>'])
  const later = mask('b@example.com and c@example.com', masked)
  expect(later.text).toBe('<EMAIL_2> and <EMAIL_3>')
  expect(later.masked).toEqual({
    '<EMAIL_1>': 'a@example.com',
    '<EMAIL_2>': 'b@example.com',
    '<EMAIL_3>': 'c@example.com',
  })
})

test('a private key is masked as a whole, also when its end is missing', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj${i}`)
  for (const text of [
    `-----BEGIN RSA PRIVATE KEY-----\n${lines.join('\n')}\n-----END RSA PRIVATE KEY-----`,
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}`,
  ])
    expect(mask(`My key:\n${text}\nis refused`).text).toBe('My key:\n<KEY_1>\nis refused')
})

test('matches of the connection’s patterns and names from the helpdesk are masked too', () => {
  const options = { patterns: [{ name: 'contract', pattern: 'K-\\d{6}' }], names: ['Zoë Quill'] }
  expect(mask('Contract K-123456 of zoë quill', {}, options).text).toBe('Contract <CONTRACT_1> of <NAME_1>')
})

test.each([
  ['Zoë Quill', 'customer', 'the box of <NAME_1> is dead, says support'],
  ['Support', 'customer', 'the box of Zoë Quill is dead, says support'],
  ['Zoë Quill', 'robot', 'the box of Zoë Quill is dead, says support'],
] as const)('the requester is masked if the name is a person’s: %s, %s', (name, kind, expected) => {
  const options = deskMask({ mask: [] }, { id: '1', kind, name })
  expect(mask('the box of Zoë Quill is dead, says support', {}, options).text).toBe(expected)
})

test('a second occurrence of a name with a hyphen is masked', () => {
  expect(mask('Regards,\nHyacinth Oak-Barr\n\nHyacinth Oak-Barr wrote before').text).toBe(
    'Regards,\n<NAME_1>\n\n<NAME_1> wrote before',
  )
})

test.each([
  ['Caller: Works. Only the TV is gone.'],
  ['Абонент: Power зелёный'],
  ['SIM PIN of my other phone'],
  ['this evening 1234567890 units, testing 1234567890'],
  ['https://github.example/blob/fac7d26c5d7f791565cc3a/services/Token.java'],
  ['token: java.lang.NullPointerException'],
])('text after words that only look like a label is not masked: %s', (text) => expect(mask(text).text).toBe(text))

test('masking a masked text changes nothing', () => {
  const once = maskForExport('Dear Ann, a@example.com, +79161234567, 4111 1111 1111 1111')
  expect(maskForExport(once)).toBe(once)
})

test('unmask gives the original text back', () => {
  const piece = fc.constantFrom(
    'a@example.com',
    '<EMAIL_1>',
    '<EMAIL_2>',
    '+79161234567',
    'Dear Ann,',
    ' ',
    '\n',
    'password=x1y2z3',
    '4111111111111111',
    'текст',
    '<',
    '>',
    'http://u:p@h/',
    '@',
    '$&',
    '$1',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  )
  fc.assert(
    fc.property(text, (value) => {
      const { text: hidden, masked } = mask(value)
      expect(unmask(hidden, masked)).toBe(value)
    }),
    { numRuns: 500 },
  )
})

test('a secret is masked whatever text is around it', () => {
  const secret = fc.constantFrom(
    'victim@example.com',
    'AKIAIOSFODNN7EXAMPLE',
    '4111 1111 1111 1111',
    '+7 916 123-45-67',
    'DE89370400440532013000',
    `ghp_${'a1B2c3D4e5F6'.repeat(3)}`,
    'postgres://root:hunter2@db/x',
  )
  const around = fc
    .array(
      fc.constantFrom('the modem', 'не работает', ', ', '\n', ' (', ') ', ': ', '. ', 'order 12', ' — ', '"', '; '),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(around, secret, around, (left, value, right) => {
      expect(mask(`${left} ${value} ${right}`).text).not.toContain(value)
    }),
    { numRuns: 400 },
  )
})

test('checksums accept valid numbers only', () => {
  expect(luhn('4111111111111111')).toBe(true)
  expect(luhn('4111111111111112')).toBe(false)
  expect(isSnils('11223344595')).toBe(true)
  expect(isSnils('11223344596')).toBe(false)
  expect(isInn12('500100732259')).toBe(true)
  expect(isInn12('500100732258')).toBe(false)
  expect(isChineseId('11010519491231002X')).toBe(true)
  expect(isChineseId('110105194912310021')).toBe(false)
  expect(isIin('910101300001')).toBe(false)
  expect(isPinfl('31205890123455')).toBe(true)
  expect(isPinfl('31205890123454')).toBe(false)
  expect(isNir('185057800608491')).toBe(true)
  expect(isNir('185057800608492')).toBe(false)
  expect(isCpf('529.982.247-25')).toBe(true)
  expect(isCpf('529.982.247-26')).toBe(false)
  expect(isCodiceFiscale('RSSMRA85T10A562S')).toBe(true)
  expect(isCodiceFiscale('RSSMRA85T10A562T')).toBe(false)
})
