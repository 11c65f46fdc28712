import { beforeAll, expect, test } from 'vitest'
import { languageOf, loadLanguages } from './language.ts'

beforeAll(loadLanguages)

test.each([
  ['My internet has been down since yesterday evening', 'en'],
  ['Не работает интернет со вчерашнего вечера', 'ru'],
  ['Пропал сигнал на приставке', 'ru'],
  ['Internet funktioniert seit gestern Abend nicht mehr', 'de'],
  ['Не працює інтернет з учорашнього вечора', 'uk'],
  ['Интернетът не работи от вчера вечерта', 'bg'],
  ['Бүгін таңертеңнен бері интернет жоқ', 'kk'],
  ['网络从昨天开始无法连接', 'zh'],
  ['インターネットがつながりません', 'ja'],
  ['인터넷이 안 됩니다', 'ko'],
  ['Internet ne fonctionne plus depuis hier soir', 'fr'],
  ['VPN broken & slow', 'en'],
  ['Hi VPN broken & slow', 'en'],
  ['Password reset', 'en'],
  ['slow wifi', 'en'],
  ['Imprimante en panne', 'fr'],
  ['Sin internet en la oficina', 'es'],
  ['Заблоковано акаунт', 'uk'],
  ['Телефон істемейді', 'kk'],
  ['Internet ishlamayapti, yordam bering', 'uz'],
  ["Telefonim o'chib qoldi, iltimos tekshiring", 'uz'],
  ['Интернет ишламаяпти, илтимос ёрдам беринг', 'uz'],
  ['Интернет бошқа ўчди', 'uz'],
  ['VPN не пускает после обновления, error 809', 'ru'],
])('%s is %s', (text, code) => {
  const language = languageOf(text)
  expect(language.code).toBe(code)
  expect(language.confidence).toBeGreaterThan(0.3)
  expect(language.confidence).toBeLessThanOrEqual(1)
})

test.each([
  '',
  'hi',
  'VPN',
  '12345',
  '<EMAIL_1> <PHONE_1>',
  'https://example.com/some/long/path',
  'ERR-1042 ERR-1043',
  'ok ok',
  'SELECT * FROM users WHERE id = 1;',
  'if (a == null) { return foo(bar); }',
  '{"error":"ECONNREFUSED","code":500}',
  'ERR_CONNECTION_TIMED_OUT',
])('the language of %s stays undetermined', (text) => expect(languageOf(text).code).toBe('und'))

test('words that Russian shares with its neighbours give a low confidence', () => {
  expect(languageOf('Интернет не работи').confidence).toBeLessThan(0.7)
  expect(languageOf('Не ради интернет').confidence).toBeLessThan(0.7)
})
