import type { Countable } from './rule.ts'

const NUMBER = '\\d{1,12}(?:[ .,\\u00a0]\\d{1,3}){0,4}'
const CURRENCY =
  '(?:₽|руб(?:л\\p{L}*|\\.)?|р\\.|тенге|тг|₸|usd|eur|gbp|cny|rub|kzt|dollars?|euros?|доллар\\p{L}*|евро|\\$|€|£|¥|元)'

const WHAT: Record<Countable, RegExp> = {
  prices: new RegExp(`[$€£¥₽]\\s?${NUMBER}|${NUMBER}\\s?${CURRENCY}(?![\\p{L}])`, 'giu'),
  durations:
    /\d{1,6}(?:[.,]\d{1,3})?\s?-?(?:секунд\p{L}*|сек|минут\p{L}*|мин|час\p{L}*|ч|дн\p{L}*|день|суток|сутки|недел\p{L}*|месяц\p{L}*|лет|год\p{L}*|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|min|h|stunden?|tage?n?|分钟|小时|天|周|个月)(?![\p{L}])/giu,
  links: /(?:https?:\/\/|www\.)[^\s]{1,2000}|<URL_\d{1,6}>/gi,
  questions: /[?？]+/g,
  numbers: new RegExp(NUMBER, 'g'),
  lines: /[^\n]+/g,
}

/** How many of it the text names. */
export function count(text: string, what: Countable): number {
  return text.match(WHAT[what])?.length ?? 0
}
