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

/** Two to five words of a ticket in 40 languages. Some texts belong to two of them. */
const SHORT = `
  ar: لا يوجد انترنت | الطابعة لا تعمل
  az: internet yoxdur
  be: няма інтэрнэту
  bg: няма интернет | не работи принтерът | клавиатурата е счупена | сайтът не се отваря
  ca: no funciona internet | impressora trencada | teclat trencat
  cs: nefunguje internet | tiskárna nefunguje | špatná faktura | zapomenuté heslo | účet zablokován | klávesnice rozbitá | stránka nejde | nemám přístup
  da: internettet virker ikke | printeren er i stykker | forkert faktura | tastaturet er ødelagt | ingen adgang | pakken er ikke kommet
  de: kein internet | drucker kaputt | rechnung falsch | passwort vergessen | bitte zurückrufen | router defekt | netz ist langsam | bildschirm flackert | zugang gesperrt | tastatur geht nicht | webseite nicht erreichbar | zugriff auf ordner | telefon tot | falsche abbuchung | maus verloren
  el: δεν έχω ίντερνετ
  en: no internet | printer broken | cannot login | vpn down again | slow connection | invoice is wrong | reset my password | screen flickers | order not arrived | new laptop please | phone dead | mailbox full | keyboard not working | website is down | lost my badge | need access to folder | camera offline | wrong charge | update failed | email stuck
  es: no funciona internet | no hay internet | impresora rota | factura incorrecta | olvidé la contraseña | pantalla negra | cuenta bloqueada | el router no enciende | teclado roto | página caída | necesito acceso | pedido no llegó | cobro duplicado
  et: internet ei tööta | printer on katki | klaviatuur katki
  fa: اینترنت قطع است
  fi: netti ei toimi | tulostin rikki | lasku väärin | unohdin salasanan | näppäimistö rikki | ei pääsyä | paketti ei tullut
  fr: pas d'internet | imprimante en panne | facture erronée | mot de passe oublié | connexion lente | écran noir | je n'arrive pas à me connecter | clavier cassé | site inaccessible | téléphone perdu | besoin d'accès au dossier | colis non reçu
  he: אין אינטרנט
  hi: इंटरनेट नहीं चल रहा
  hr: ne radi internet | printer ne radi | kriv račun | tipkovnica ne radi | nemam pristup
  hu: nincs internet | nem működik a nyomtató | rossz számla | elromlott a billentyűzet | nem jött meg a csomag
  id: internet mati | printer rusak | lupa kata sandi | situs tidak bisa dibuka | paket belum sampai
  it: non funziona internet | stampante rotta | fattura sbagliata | password dimenticata | schermo nero | account bloccato | tastiera rotta | sito non raggiungibile | pacco non arrivato | telefono perso
  ja: ネットがつながらない
  kk: интернет жоқ | принтер істемейді | пернетақта сынды
  ko: 인터넷 안됨
  lt: neveikia internetas | pamiršau slaptažodį | klaviatūra sugedo
  lv: nav interneta | printeris nestrādā | klaviatūra salauzta
  nb: nettet er nede | skriveren virker ikke | feil faktura | tastaturet er ødelagt | får ikke logget inn
  nl: geen internet | printer kapot | factuur klopt niet | wachtwoord vergeten | scherm zwart | verbinding traag | toetsenbord kapot | website plat | pakket niet ontvangen | toegang nodig
  pl: brak internetu | drukarka nie działa | błędna faktura | zapomniałem hasła | konto zablokowane | wolne łącze | klawiatura zepsuta | strona nie działa | paczka nie dotarła | brak dostępu
  pt: sem internet | não funciona | impressora quebrada | esqueci a senha | conta bloqueada | fatura errada | teclado quebrado | site fora do ar | preciso de acesso | pedido não chegou
  ro: nu merge internetul | imprimanta stricată | factură greșită | tastatură stricată | nu am acces | colet pierdut
  ru: нет интернета | не работает принтер | забыл пароль | счёт неверный | internet ne rabotaet | privet ne mogu zayti v akkaunt | pochta ne rabotaet pomogite | net interneta | zabyl parol | printer slomalsya | gde moy zakaz | klaviatura slomana | sayt ne otkryvaetsya | net svyazi | posylka ne prishla | клавиатура сломана | сайт не открывается | посылка не пришла
  sk: nefunguje tlačiareň | zabudol som heslo | nejde internet | nemám prístup
  sl: internet ne dela | tipkovnica ne dela
  sq: nuk ka internet
  sr: ne radi štampač | не ради штампач | тастатура не ради
  sv: bredbandet ligger nere | skrivaren fungerar inte | fel på fakturan | glömt lösenord | internet fungerar inte | tangentbordet trasigt | ingen åtkomst | paketet har inte kommit
  sw: hakuna mtandao | kibodi imeharibika
  th: อินเทอร์เน็ตใช้ไม่ได้
  tl: walang internet | sira ang keyboard
  tr: internet yok | yazıcı çalışmıyor | fatura yanlış | şifremi unuttum | klavye bozuk | site açılmıyor | kargo gelmedi
  uk: немає інтернету | не працює принтер | забув пароль | nemaye internetu | клавіатура зламана | сайт не відкривається | посилка не прийшла
  uz: internet yo'q | printer ishlamayapti | klaviatura buzildi
  vi: mất mạng internet | máy in hỏng | quên mật khẩu | bàn phím hỏng | không truy cập được
  zh: 没有网络
`
const NEAR: Record<string, string[]> = { sr: ['hr'], nb: ['no', 'da'], da: ['no'], id: ['ms'], ca: ['es'] }

test('the language of a few words is unknown rather than wrong', () => {
  const texts = SHORT.trim()
    .split('\n')
    .flatMap((line) => {
      const [code = '', list = ''] = line.trim().split(': ')
      return list.split(' | ').map((text) => ({ text, code, answer: languageOf(text).code }))
    })
  const known = texts.filter(({ answer }) => answer !== 'und')
  const wrong = known.filter(({ code, answer }) => answer !== code && !NEAR[code]?.includes(answer))
  expect(wrong).toEqual([])
  expect(known.length / texts.length).toBeGreaterThan(0.7)
})

test('words that Russian shares with its neighbours give a low confidence', () => {
  expect(languageOf('Интернет не работи').confidence).toBeLessThan(0.7)
  expect(languageOf('Не ради интернет').confidence).toBeLessThan(0.7)
})
