import type { Detector, Span } from './span.ts'
import { before } from './span.ts'

const V4 = /(?<![\d.]|[A-Za-z][-_])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d|-[A-Za-z])/g
const V6 =
  /(?<![\p{L}\p{N}:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:\.\d{1,3}){0,3}(?:%[a-z0-9]{1,12})?(?![\p{L}\p{N}:])/giu

const VERSION_BEFORE =
  /(?:(?<!\p{L})v|(?<!\p{L})ver\.?|version|versions|верси[яиюей]+|release|релиз|build|сборк[аеи]|firmware|прошивк[аиуе]|driver|драйвер|treiber|patch|hotfix|sdk|plugin|плагин|agent|агент|versión|versão|versione|wersja|версія|нұсқа|版本|固件|(?:chrome|firefox|edge|safari|opera|windows|android|ios) |chrome\/|safari\/|firefox\/|[a-z]\/)\s*:?\s*$/iu

/** Four small numbers are a version (2.9.10.2) or a public resolver (8.8.8.8), unless a word before them means an address. */
const SMALL = /^\d(?:\.(?:[12]?\d|3[01])){3}$/
const ADDRESS_BEFORE =
  /(?:\bip(?:v4)?|address\p{L}*|host|server|gateway|ping|dns|адрес\p{L}*|сервер\p{L}*|хост\p{L}*|шлюз\p{L}*|адреса|地址|服务器|adresse|dirección|indirizzo|manzil\p{L}*)[^\p{L}\d\n]{0,4}(?:is|to|at|-|–)?[^\p{L}\d\n]{0,3}$/iu

/** "Upgraded from 2.4.1.7 to 2.5.0.0": both numbers are versions. */
const UPGRADE_BEFORE =
  /(?:firmware|прошивк|version|верси|release|build|upgrad|updat|rolled back|downgrad|install|обнов|установ|откат|aktualisier|mise à jour|actualiz|升级|更新)\p{L}{0,8}[ ]?(?:[^\s.]\S{0,24}[ ]){0,4}(?:to|from|на|до|с|auf|von|nach|vers|de|a|в|version)?[ ]?$/iu

/** IP addresses. A version with four parts looks the same; the words before it decide. Netmasks and loopback are not masked. */
export const ipAddresses: Detector = (text) => {
  const spans: Span[] = []
  for (const { 0: ip, index } of text.matchAll(V4)) {
    const parts = ip.split('.')
    if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) continue
    if (/^(?:0\.|127\.|255\.)/.test(ip)) continue
    if (VERSION_BEFORE.test(before(text, index)) || UPGRADE_BEFORE.test(before(text, index, 60))) continue
    if (SMALL.test(ip) && !ADDRESS_BEFORE.test(before(text, index))) continue
    spans.push({ start: index, end: index + ip.length, kind: 'IP' })
  }
  for (const { 0: ip, index } of text.matchAll(V6))
    if (isV6(ip)) spans.push({ start: index, end: index + ip.length, kind: 'IP' })
  return spans
}

function isV6(candidate: string): boolean {
  const ip = candidate.split('%', 1)[0]!
  if (ip === '::' || ip === '::1' || ip.length < 4) return false
  const halves = ip.split('::')
  if (halves.length > 2) return false
  const groups = ip.split(':').filter(Boolean)
  // Times (12:30:45) and ratios have colons too: without `::` all eight groups must be there.
  if (halves.length === 1) return groups.length === 8 && !ip.startsWith(':') && !ip.endsWith(':')
  return groups.length <= 7 && groups.length >= 2
}
