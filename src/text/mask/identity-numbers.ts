import {
  isChineseId,
  isCodiceFiscale,
  isCpf,
  isDni,
  isIin,
  isInn12,
  isNino,
  isNir,
  isPinfl,
  isSnils,
} from './checksums.ts'
import type { Detector, Span } from './span.ts'
import { before, spansOf } from './span.ts'

const NOT_IN_WORD = '(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{N}_])'
/** Words between the name of a document and its number: "№", "number is", "серия"; no digit and no new line. */
const TO_NUMBER = '[^\\p{N}\\n;!?]{0,28}?'
const NUMBER =
  '(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{N}])(?<number>(?:[A-Za-zА-Яа-я]{1,4}[ -]?)?\\p{Nd}[A-Za-z0-9]{0,20}(?:(?:[ \\u00a0,]{0,2}(?:№|номер|no\\.?|n|[-./])[ \\u00a0]?|[ \\u00a0])?(?=[A-Z]{0,6}\\d|[A-Z]{1,2}(?![\\p{L}\\p{N}]))[A-Z0-9]{1,20}){0,6}|(?=[A-Z]{0,10}\\d)[A-Z0-9]{6,20})(?![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{N}_])'

/** Names of documents, and how many letters and digits their numbers have. The name is enough: no checksum is tested. */
const NAMED = [
  {
    kind: 'PASSPORT',
    least: 6,
    most: 12,
    pattern: named(`
      (?:загран)?паспорт\\p{L}{0,3}(?:ные данные)?|серия|passport|passeport|pasaporte|passaporto|passaporte|reisepass\\p{L}{0,8}|paszport\\p{L}{0,2}|paspoort|pasaport|pasport\\p{L}{0,3}
      паспорти|төлқұжат\\p{L}{0,3}|护照`),
  },
  { kind: 'INN', least: 10, most: 12, pattern: named('инн|inn|tin|стир|stir') },
  { kind: 'SNILS', least: 11, most: 11, pattern: named('снилс|snils') },
  {
    kind: 'ID',
    least: 7,
    most: 18,
    pattern: named(`
      иин|iin|жсн|жшшир|жшир|пинфл|pinfl|jshshir|jshir|іпн|ипн|рнокпп|rnokpp|унзр
      ssn|itin|social security|national id|national insurance|nino|nin|ni number|nhs number|identity card|id card|id number|state id|dl number|dl no|personal id|personal identification number|identification number|driver'?s? licen[cs]e|driving licen[cs]e|medicare|aadhaar|tax id|taxpayer id
      identifikationsnummer|persönliche identifikationsnummer|steuer-?id|steuer-?identifikationsnummer|steuernummer|idnr|personalausweis\\p{L}{0,8}|ausweis\\p{L}{0,8}|sozialversicherungsnummer|rentenversicherungsnummer|sv-?nummer|svnr|ahv|führerschein\\p{L}{0,8}|versichertennummer
      sécurité sociale|nir|numéro insee|n° sécu|carte d'identité|carte vitale|numéro fiscal|permis de conduire
      dni|nie|nif|cpf|rg|curp|rut|cuit|cuil|cédula|seguridad social|nuss|carnet de conducir|cartão de cidadão
      codice fiscale|carta d'identità|patente|tessera sanitaria|pesel|dow[óo]d\\p{L}{0,3} osobist\\p{L}{0,3}|prawo jazdy|bsn|burgerservicenummer|rijbewijs|personnummer|cpr|fødselsnummer|henkilötunnus|isikukood|rodné číslo|kimlik
      удостоверени\\p{L}{0,3} личности|водительск\\p{L}{0,4}|водительск\\p{L}{0,4} удостоверени\\p{L}{0,3}|полис\\p{L}{0,2}|полис\\p{L}{0,2} омс|омс|жеке куәлік|id-?карт\\p{L}{0,2}|ид-?карт\\p{L}{0,2}|посвідчення|guvohnoma
      身份证|身分证|社保|驾驶证|驾照`),
  },
]

const DIGITS =
  /(?<![\p{Script=Latin}\p{Script=Cyrillic}\p{N}.,_/=-])\d(?:[ \u00a0.-]?\d){8,18}[xXхХ]?(?![\p{Script=Latin}\p{Script=Cyrillic}\p{N}_])/gu
const LETTERED =
  /(?<![\p{L}\p{N}_-])(?:[A-Z]{2}(?: ?\d{2}){3} ?[A-D]|[XYZ]?\d{7,8}-?[A-Z]|[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z])(?![\p{L}\p{N}_-])/gu

/** Words before other numbers, such as those of orders and contracts: there a checksum is valid only by chance. */
const OTHER =
  /(?<!\p{L})(?:заказ\p{L}*|order|ticket|тикет\p{L}*|заявк\p{L}*|договор\p{L}*|contract|invoice|сч[её]т\p{L}*|account|лицев\p{L}*|л\/с|case|imei|iccid|serial|серийн\p{L}*|транзакци\p{L}*|transaction|трек\p{L}*|track\p{L}*|id|ref|огрн|кпп|бик|订单|单号|№|#)[^\p{L}\d\n]{0,4}(?:(?:number|no|номер|id|:|№|#)[^\p{L}\d\n]{0,3}){0,2}$/u

/** Numbers of identity documents: after the name of the document, or with a form and checksum that rarely match by chance. */
export const identityNumbers: Detector = (text, taken) => {
  const spans: Span[] = []
  for (const { kind, least, most, pattern } of NAMED)
    for (const { start, end } of spansOf(text, pattern, kind, 'number')) {
      if (taken.busy(start, end)) continue
      const length = numberLength(text.slice(start, end), least, most)
      if (length > 0) spans.push({ start, end: start + length, kind })
    }
  for (const { 0: found, index } of text.matchAll(DIGITS)) {
    const words = before(text, index, 44)
    // Two numbers side by side match as one: if the whole is no identity number, its parts are tried.
    for (const { 0: piece, index: at } of kindOf(found, words)
      ? [{ 0: found, index: 0 }]
      : found.matchAll(/[^ \u00a0]+/g)) {
      const [start, end] = [index + at, index + at + piece.length]
      const kind = taken.busy(start, end) ? null : kindOf(piece, words)
      if (kind) spans.push({ start, end, kind })
    }
  }
  for (const { 0: found, index } of text.matchAll(LETTERED)) {
    const isId = isDni(found) || isNino(found) || isCodiceFiscale(found)
    if (isId && !taken.busy(index, index + found.length))
      spans.push({ start: index, end: index + found.length, kind: 'ID' })
  }
  return spans
}

/** The length of the number in what follows the name: as many leading groups as fit into the longest allowed number. */
function numberLength(found: string, least: number, most: number): number {
  if (/^(?:[0-3]?\d[./-][01]?\d[./-](?:19|20)\d\d|(?:19|20)\d\d[./-][01]?\d[./-][0-3]?\d)/.test(found)) return 0
  let length = 0
  let seen = 0
  for (const { 0: group, index } of found.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (seen + group.length > most) break
    seen += group.length
    length = index + group.length
  }
  const digits = found.slice(0, length).replace(/\D/g, '').length
  return seen >= least && digits >= Math.min(4, least - 2) ? length : 0
}

function kindOf(found: string, words: string): string | null {
  const digits = found.replace(/[^\dX]/gi, '').replace(/[xхХ]/, 'X')
  const plain = /^\d+$/.test(found)
  if (/^\d{3}-\d{3}-\d{3}[ -]\d{2}$/.test(found) && isSnils(digits)) return 'SNILS'
  if (OTHER.test(words)) return null
  if (plain && digits.length === 12 && isInn12(digits)) return 'INN'
  if (plain && digits.length === 12 && isIin(digits)) return 'ID'
  if (plain && digits.length === 14 && isPinfl(digits)) return 'ID'
  if (digits.length === 18 && isChineseId(digits)) return 'ID'
  if (/^[12] ?\d\d ?\d\d ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d$/.test(found) && isNir(digits)) return 'ID'
  if (/^\d{3}\.\d{3}\.\d{3}-\d{2}$/.test(found) && isCpf(digits)) return 'ID'
  if (/^\d{3}-\d{2}-\d{4}$/.test(found) && !/^(?:000|666|9)|-00-|0000$/.test(found)) return 'ID'
  return null
}

function named(words: string): RegExp {
  const each = words.split(/[|\n]/).map((word) => word.trim())
  const sorted = each.filter(Boolean).sort((a, b) => b.length - a.length)
  return new RegExp(
    `${NOT_IN_WORD}(?:${sorted.join('|')})(?:(?<=\\p{Script=Han})|(?!\\p{Script=Latin}|\\p{Script=Cyrillic}))${TO_NUMBER}${NUMBER}`,
    'giu',
  )
}
