import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { folded } from './folded.ts'
import { mask, unmask } from './index.ts'

/** The digit zero of scripts in use, of fullwidth forms, of bold mathematical digits, and of two runs that touch. */
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0x1040, 0xff10, 0x1d7ce, 0x116d0, 0x116da]
const inScript = (zero: number, digit: string) => String.fromCodePoint(zero + Number(digit))

describe('personal data is masked in whatever form it is written', () => {
  test.each([
    ['カード番号は５５００ ００００ ００００ ０００４ です', 'カード番号は<CARD_1> です'],
    ['Karte 5500.0000.0000.0004 doppelt', 'Karte <CARD_1> doppelt'],
    ['5500/0000/0000/0004 and 5500_0000_0000_0004', '<CARD_1> and <CARD_2>'],
    ['my card is 5500 - 0000 - 0000 - 0004', 'my card is <CARD_1>'],
    ['It was 5500 0000\n0000 0004, twice', 'It was <CARD_1>, twice'],
    ['> card 5500 0000 0000\n> 0004', '> card <CARD_1>'],
    ['card 55000000\n00000004', 'card <CARD_1>'],
    ['amex 3400.000000.00009', 'amex <CARD_1>'],
    ['IBAN ＧＢ２９ＮＷＢＫ６０１６１３３１９２６８１９ 返金', 'IBAN <IBAN_1> 返金'],
    ['IBAN GB29 NWBK 6016\n1331 9268 19 please', 'IBAN <IBAN_1> please'],
    ['IBAN GB29.NWBK.6016.1331.9268.19', 'IBAN <IBAN_1>'],
    ['اتصل على ٠٥٥٥١٢٣٤٥٦ مساء', 'اتصل على <PHONE_1> مساء'],
    ['هاتفي ٠٥٥٥١٢٣٤٥٦', 'هاتفي <PHONE_1>'],
    ['تلفن ۰۹۳۵۱۲۳۴۵۶۷ قطع است', 'تلفن <PHONE_1> قطع است'],
    ['मोबाइल नंबर ९८१२३४५६७८ बंद है', 'मोबाइल नंबर <PHONE_1> बंद है'],
    ['電話は０８０−５５５５−１２３４です', '電話は<PHONE_1>です'],
    ['携帯０８０ー５５５５ー１２３４へ', '携帯<PHONE_1>へ'],
    ['write to ann＠example．com', 'write to <EMAIL_1>'],
    ['перезвоните89031234567 срочно', 'перезвоните<PHONE_1> срочно'],
    ['me+79031234567now', 'me<PHONE_1>now'],
    ['8\u200b903 123\u00ad-45-67', '<PHONE_1>'],
  ])('%s', (text, expected) => expect(mask(text).text).toBe(expected))
})

describe('other numbers stay as they are', () => {
  test.each([
    '注文番号 0801234567 が届きません',
    '주문번호 0212345678',
    'رقم الطلب 0501234567',
    'ऑर्डर नंबर ०९८१२३४५६७',
    'INC89031234567 and build17712345678, text123456.log',
    'a89031234567, x1y89031234567, sn89031234567',
    'extensions\n5500\n0000\n0000\n0004',
    'rev 2024/0501/1230/4567 and 1234.5678.9012.3456',
    'x² + y³, 10⁹ and ½',
    '第１章、１２：３０から２０２５年１１月１４日まで',
    'قيمة الفاتورة ١٢٬٥٠٠ ريال في ٢٠٢٥',
  ])('%s', (text) => expect(mask(text).text).toBe(text))
})

const PERSONAL = [
  'card 5500 0000 0000 0004',
  'card 5500.0000.0000.0004',
  'pay to DE89 3704 0044 0532 0130 00',
  'call +49 30 901820 or 8 (903) 123-45-67',
  'тел89031234567',
  'паспорт серия 45 10 № 654321',
  'Passport number AB1234567',
  'СНИЛС 112-233-445 95',
  'SSN 123-45-6789',
  '身份证 11010519491231002X',
  'from 10.1.2.3 today',
  'a1b2@example7.com wrote',
  'password: hunter22',
]
const filler = fc.array(
  fc.constantFrom('the', 'router', 'не работает', '网络', 'since', '2 days', '١٢', 'Ｖ５', '🙂', '\u200d'),
  {
    maxLength: 6,
  },
)

test('a number that is masked is masked with its digits in any other script, at the place where it stands', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PERSONAL),
      filler,
      filler,
      fc.array(fc.constantFrom(...ZEROS), { minLength: 24, maxLength: 24 }),
      (personal, before, after, zeros) => {
        const around = (part: string) => `${before.join(' ')}\n${part}\n${after.join(' ')}`
        let at = 0
        const other = personal.replace(/\d/g, (digit) => inScript(zeros[at++ % zeros.length]!, digit))
        const plain = mask(around(personal))
        const found = mask(around(other))
        expect(plain.text).not.toContain(personal)
        expect(found.text).toBe(plain.text)
        expect(unmask(found.text, found.masked)).toBe(around(other))
      },
    ),
  )
})

test('each character of the copy leads back to where it stands in the text', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '１', '𝟗', '\u200b', '中', '🙂', '٣', ' ', 'Ｂ')), (chars) => {
      const text = chars.join('')
      const copy = folded(text)
      for (let at = 0; at < copy.text.length; at++) {
        const { start, end } = copy.inText({ start: at, end: at + 1 })
        expect(folded(text.slice(start, end)).text).toBe(copy.text[at])
        expect(copy.inCopy({ start, end })).toEqual({ start: at, end: at + 1 })
      }
    }),
  )
})
