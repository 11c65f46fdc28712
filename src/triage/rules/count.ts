import type { Countable } from './rule.ts'

const NUMBER = '\\d{1,12}(?:[ .,\\u00a0]\\d{1,3}){0,4}'
const CURRENCY =
  "(?:₽|руб(?:л\\p{L}*|\\.)?|р\\.|тенге|тг|₸|сум\\p{L}{0,2}|so['’ʻ]?m|грн\\.?|₴|гривен|usd|eur|gbp|cny|rub|kzt|uzs|uah|pln|zł|chf|dollars?|bucks|euros?|pounds?|доллар\\p{L}*|евро|\\$|€|£|¥|元|块|円)"
const CODE = '(?<![\\p{L}])(?:usd|eur|gbp|cny|rub|kzt|uzs|uah|pln|chf)'

const FEW =
  'a|an|one|two|three|four|five|six|seven|ten|several|a few|couple of|один|одну|два|две|три|четыре|пять|шесть|семь|десять|несколько|пару|ein|eine|einer|zwei|drei|vier|mehrere|un|une|deux|trois|quelques'
const SPAN =
  'секунд\\p{L}*|сек|минут\\p{L}*|мин|час\\p{L}{0,3}|ч|дн\\p{L}{0,3}|день|суток|сутки|недел\\p{L}{0,3}|месяц\\p{L}{0,3}|лет|год\\p{L}{0,2}|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|h|sekunden?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|secondes?|heures?|jours?|semaines?|mois|ans?'

const WHAT: Record<Countable, RegExp> = {
  prices: new RegExp(`(?:[$€£¥₽₴]|${CODE})\\s?${NUMBER}|${NUMBER}\\s?${CURRENCY}(?![\\p{L}])`, 'giu'),
  durations: new RegExp(
    `(?:\\d{1,6}(?:[.,]\\d{1,3})?\\s?-?|(?<!\\p{L})(?:${FEW}) )(?:${SPAN})(?!\\p{L})|(?<!\\p{L})(?:полчаса|полгода|полдня|half an hour|half a day)(?!\\p{L})|\\d{1,4} ?(?:分钟|小时|天|周|个月)`,
    'giu',
  ),
  links: /(?:https?:\/\/|www\.)[^\s]{1,2000}|<URL_\d{1,6}>/gi,
  questions: /[?？]+/g,
  numbers: new RegExp(NUMBER, 'g'),
  lines: /[^\n]+/g,
}

/** Counts what a rule asks for in a text. */
export function count(text: string, what: Countable): number {
  return text.match(WHAT[what])?.length ?? 0
}
