import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { Detector, Span, Taken } from './span.ts'
import { before } from './span.ts'

/** Countries where a number is dialled with a 0 in front. The library checks whether a number is valid in one of them. */
const WITH_ZERO: CountryCode[] = [
  ...(['GB', 'DE', 'FR', 'UA', 'CN', 'AT', 'CH', 'NL', 'BE', 'SE', 'TR', 'IN', 'IT', 'JP', 'KR', 'AU'] as const),
  ...(['SA', 'AE', 'EG', 'IQ', 'JO', 'IR', 'IL', 'PK', 'BD', 'TH', 'VN'] as const),
]

/**
 * Text in a script other than Latin, Cyrillic and Han just before a number: there the words before order numbers are few and
 * known, so that a number that is valid as a phone is taken for one.
 */
const OTHER_SCRIPT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Thai}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Greek}][^\p{L}]*$/u

const CANDIDATE =
  /(?<![\p{N}_.,=/\\#№*])(?<!\d:)(?:\+ ?|00(?=[1-9]))?\(?\d(?:[ \u00a0().\u2010-\u2015/-]{0,3}\d){5,40}(?![\p{N}_]|[.,:]\d|-[\p{L}\p{N}])/gu

const PHONE_WORD =
  /(?<!\p{Script=Latin}|\p{Script=Cyrillic})(?:тел(?:ефон\p{L}*)?|моб(?:ильн\p{L}*)?|сот(?:ов\p{L}*)?|звон\p{L}*|позвон\p{L}*|перезвон\p{L}*|набер\p{L}*|факс|контакт\p{L}*|связ\p{L}*|абонент\p{L}*|whats ?app|ватсап|вайбер|viber|telegram|phone|mobile|cell(?:phone)?|call(?:back)?|contact|reach|dial|text|tel|fax|sms|смс|handy|telefon|rufnummer|anruf\p{L}*|mobil|电话|手机|号码|联系|sim|msisdn|hotline|mob|gsm|cep|tél|téléphone|portable|joindre|rappel\p{L}*|appel\p{L}*|teléfono|móvil|celular|llam\p{L}*|telefono|cellulare|chiam\p{L}*|telefone|ligar|telefoon|bel|komórk\p{L}*|zadzwo\p{L}*|telefax|дзвон\p{L}*|зателефон\p{L}*|передзвон\p{L}*|нөмір\p{L}*|хабарлас\p{L}*|қоңырау|рақам\p{L}*|raqam\p{L}*|qo['’ʻ`]ng['’ʻ`]iroq|座机|拨打|致电|電話|でんわ|携帯|ケータイ|スマホ|連絡先|전화|휴대폰|핸드폰|연락처|رقمي|هاتفي?|تلفون|جوالي?|موبايلي?|محمولي?|اتصل|واتساب|شماره من|تلفن|موبایل|همراه|تماس|موبائل|फ\u093c?ोन|मोबाइल|मेरा नंबर|संपर्क|कॉल|ফোন|মোবাইল|טלפון|נייד|פלאפון|τηλ(?:έφωνο)?|κινητό|โทร(?:ศัพท์)?|เบอร์|มือถือ)[^\p{L}\d\n]{0,4}(?:(?:me|us|at|on|is|number|no|номер\p{L}*|по|мне|на|с|is:|nummer|ist|back|please|мой|my|him|her|them|al|au|sous|unter|der|die|mein\p{L}*|mon|ma|mi|il|mio|es|est|è|є|мій|номером|за|менің|mening|qiling|号码|号|是|为|番号|번호|[はが는은]|です|هو|هي|رقم|شماره|من|است|نمبر|नंबर|है|নম্বর|είναι|คือ)[^\p{L}\d\n]{0,3}){0,4}$/u

/** The barcode of a book starts with 978 or 979. */
const BOOK = /^97[89][- ]?\d/

/** Words before other numbers, such as orders and serial numbers. */
const OTHER_WORD =
  /(?<!\p{Script=Latin}|\p{Script=Cyrillic})(?:заказ\p{L}*|order|ticket|тикет\p{L}*|заявк\p{L}*|обращени\p{L}*|инцидент\p{L}*|incident|договор\p{L}*|contract|invoice|сч[её]т\p{L}*|account|аккаунт\p{L}*|лицев\p{L}*|л\/с|case|request|id|uid|imei|imsi|iccid|serial|s\/n|sn|серийн\p{L}*|транзакци\p{L}*|transaction|payment|плат[её]ж\p{L}*|чек\p{L}*|receipt|трек\p{L}*|track\p{L}*|артикул|sku|инн|снилс|кпп|огрн|бик|паспорт\p{L}*|build|сборк\p{L}*|rechnung\p{L}*|bestell\p{L}*|kundennummer|vertrag\p{L}*|订单|发票|工单|合同|ref|reference|isbn|issn|ean|gtin|barcode|штрихкод\p{L}*|штрих-код\p{L}*|auftrag\p{L}*|commande|facture|dossier|pedido|factura|ordine|fattura|zamówieni\p{L}*|faktur\p{L}*|замовлення|рахунок|буйрутма|buyurtma|shartnoma|накладн\p{L}*|акт\p{L}{0,2}|протокол\p{L}*|part|model|номер заказа|№|#|inc|req|sr|注文|伝票|請求|受付|会員|お客様|주문|송장|계좌|접수|طلب|فاتورة|تذكرة|حساب|عقد|سفارش|فاکتور|تیکت|قرارداد|आर्डर|ऑर्डर|टिकट|खाता|बिल|অর্ডার|הזמנה|חשבון|פנייה|παραγγελία\p{L}*|λογαριασμ\p{L}*|คำสั่งซื้อ)[^\p{L}\d\n]{0,3}(?:(?:number|no|nr|номер|num|id|is|was|:|№|#|от|по|番号|번호|は|رقم|شماره|नंबर|নম্বর|מספר)[^\p{L}\d\n]{0,3}){0,3}$/u

const CURRENCY_AFTER =
  /^\s?(?:₽|руб|р\.|rub|usd|eur|\$|€|£|¥|元|тг|kzt|₸|тенге|kb|mb|gb|tb|мб|гб|кб|bytes|байт|ms|мс|sec|сек|%)/i

/** Phone numbers. The library checks the number; the words before it decide when it could also be an order number. */
export const phones: Detector = (text, taken) => {
  const spans: Span[] = []
  for (const { 0: found, index } of text.matchAll(CANDIDATE)) {
    for (const piece of pieces(found)) {
      // The word before a list of phone numbers counts for all of them.
      const last = spans.at(-1)?.end ?? Number.NEGATIVE_INFINITY
      const start = index + piece.at
      const span = judge(text, piece.found, start, taken, start - last < 20 && BETWEEN.test(text.slice(last, start)))
      if (span) spans.push(span)
    }
  }
  return spans
}

/** The text between two numbers of one list. */
const BETWEEN =
  /^[\s,;/]{0,4}(?:(?:or|and|oder|und|ou|et|o|y|e|или|и|або|та|lub|i|of|en|veya|ve|yoki|va|或|和|al|по|на|auf|at|on)[\s,;/]{1,3}){0,3}$/u

/** "8 916 123-45-67 / 8 926 765-43-21" is two numbers; "0171 / 2345678" is one. */
function pieces(found: string): { found: string; at: number }[] {
  if (found.replace(/\D/g, '').length <= 15) return [{ found, at: 0 }]
  return [...found.matchAll(/(?! )(?:(?! ?\/ | {2})[^\n]){6,40}/g)].map((piece) => ({
    found: piece[0],
    at: piece.index,
  }))
}

function judge(text: string, found: string, index: number, taken: Taken, afterPhone: boolean): Span | null {
  const end = index + found.length
  if (taken.busy(index, end)) return null
  const span = { start: index, end, kind: 'PHONE' }
  const digits = found.replace(/\D/g, '')
  const words = before(text, index, 48)
  if (digits.length > 15 || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(found)) return null
  if (isVersion(found)) return null
  if (BOOK.test(found) && digits.length === 13) return null
  const international = found.startsWith('+') || (/^00[1-9]/.test(found) && !OTHER_WORD.test(words))
  const named = afterPhone || PHONE_WORD.test(words) || (/^9\d{9}$/.test(digits) && /номер\p{L}{0,3} $/u.test(words))
  const word = GLUED.exec(text.slice(Math.max(0, index - 48), index))?.[0]
  if (word && !found.startsWith('+') && !mayBeGlued(word, digits, named)) return null
  if (!international && (isDate(found) || (isAmount(found) && !named) || CURRENCY_AFTER.test(text.slice(end, end + 8))))
    return null
  if (international) return digits.length >= 9 || valid(found, 'RU') ? span : null
  if (!named && OTHER_WORD.test(words)) return null
  if (named) return digits.length >= 6 && digits.length <= 13 ? span : null
  return isNational(found, digits) || isForeign(digits, words) ? span : null
}

/** The letters, digits and joining signs directly before a number. */
const GLUED = /(?:[\p{Script=Latin}\p{Script=Cyrillic}][\p{N}_-]{0,3})+$/u

/** "call89161234567" has a phone. INC0012345, a hash and a file name (text123456) have none. */
function mayBeGlued(word: string, digits: string, named: boolean): boolean {
  if (!/^\p{L}{2,}$/u.test(word)) return false
  if (named) return digits.length >= 10
  return /\p{Ll}{2}$/u.test(word) && !/^[a-f]+$/.test(word) && isNational(digits, digits)
}

/** Ten or eleven digits without separators after words in another script. */
function isForeign(digits: string, words: string): boolean {
  return (
    /^0[1-9]\d{8,9}$/.test(digits) && OTHER_SCRIPT.test(words) && WITH_ZERO.some((country) => valid(digits, country))
  )
}

function isNational(found: string, digits: string): boolean {
  const separators = found.match(/[^\d]+/g)?.length ?? 0
  // 8 or 7, then an area or mobile code of Russia or Kazakhstan.
  if (digits.length === 11 && /^[78][3-9]/.test(digits)) {
    if (separators === 0)
      return /^(?:79|89|8800|77[0-7]|87[0-7])/.test(digits) && (valid(found, 'RU') || valid(found, 'KZ'))
    return valid(`+7${digits.slice(1)}`, 'RU') || separators >= 3
  }
  // An international number without the plus, as people often write those of post-Soviet countries.
  if (/^(?:998|996|99[2-5]|380|375|37[1-4])/.test(digits) && digits.length >= 11) return valid(`+${digits}`, 'RU')
  if (separators === 0) return /^1[3-9]\d{9}$/.test(digits) || (/^0[1-9]\d{9}$/.test(digits) && valid(found, 'GB'))
  // American notation is a phone even if the area code does not exist (555).
  if (/^(?:1[ .-])?\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}$/.test(found)) return true
  if (/^\(\d{3,5}\) ?\d{2,3}[ -]\d{2}[ -]?\d{2}$/.test(found)) return true
  if (digits.length < 9) return false
  if (/^\(?0[1-9]/.test(found)) return WITH_ZERO.some((country) => valid(found, country))
  // Without a 0 in front only the groups show that it is no order number: 916 123-45-67, 90 123 45 67, 138 1234 5678, 612 345 678.
  if (/^9\d\d[ -]\d{3}[ -]\d\d[ -]\d\d$/.test(found)) return valid(found, 'RU')
  if (/^[39]\d[ -]\d{3}[ -]\d\d[ -]\d\d$/.test(found)) return valid(found, 'UZ')
  if (/^1[3-9]\d[ -]\d{4}[ -]\d{4}$/.test(found)) return valid(found, 'CN')
  return /^[679]\d\d(?:([ -])\d{3}\1\d{3}|([ -])\d\d\2\d\d\2\d\d)$/.test(found) && valid(found, 'ES')
}

function valid(found: string, country: CountryCode): boolean {
  return parsePhoneNumberFromString(found.replace(/^00/, '+'), country)?.isValid() ?? false
}

/** 124.0.6367.91 has dots, as some phones have, but in other groups than phones. */
function isVersion(found: string): boolean {
  return (
    /^\d+(?:\.\d+)+$/.test(found) &&
    !/^(?:[178]\.)?\d{3}\.\d{3}\.(?:\d{4}|\d\d\.\d\d)$|^(?:\d\d\.){3,5}\d\d$/.test(found)
  )
}

function isDate(found: string): boolean {
  return (
    /^(?:19|20)\d\d[-./ ][01]?\d[-./ ][0-3]?\d(?!\d)/.test(found) ||
    /^[0-3]?\d[-./ ][0-3]?\d[-./ ](?:19|20)\d\d(?!\d)/.test(found)
  )
}

/** 12 500 000: groups of three, and no area code in brackets. 8 800 555 35 35 has groups of two. */
function isAmount(found: string): boolean {
  return /^\d{1,3}(?:[ \u00a0.]\d{3})+$/.test(found)
}
