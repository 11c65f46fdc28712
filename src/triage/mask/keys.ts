import type { Detector, Span } from './span.ts'
import { spansOf } from './span.ts'

/** Shapes that issuers document: a prefix nobody types by chance, and enough characters after it. */
const SHAPES: RegExp[] = [
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{20,255}/g,
  /(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{20,255}/g,
  /(?<![A-Za-z0-9])gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_-]{16,64}/g,
  /(?<![A-Za-z0-9])xox[abeoprs](?:\.xox[a-z])?-[A-Za-z0-9-]{8,255}/g,
  /(?<![A-Za-z0-9])xapp-\d-[A-Za-z0-9-]{10,255}/g,
  /(?<![A-Za-z0-9])(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,255}/g,
  /(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{20,255}/g,
  /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{24,64}/g,
  /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,64}/g,
  /(?<![A-Za-z0-9])pypi-[A-Za-z0-9_-]{30,255}/g,
  /(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{30,45}/g,
  /(?<![A-Za-z0-9])ya29\.[A-Za-z0-9_-]{20,512}/g,
  /(?<![A-Za-z0-9])GOCSPX-[A-Za-z0-9_-]{20,64}/g,
  /(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}/g,
  /(?<![A-Za-z0-9])do[op]_v1_[a-f0-9]{32,64}/g,
  /(?<![A-Za-z0-9])ATATT[A-Za-z0-9_=-]{20,255}/g,
  /(?<![A-Za-z0-9])shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/g,
  /(?<![A-Za-z0-9])dapi[a-f0-9]{32}/g,
  /(?<![A-Za-z0-9])key-[a-f0-9]{32}(?![a-f0-9])/g,
  /(?<![A-Za-z0-9])SK[a-f0-9]{32}(?![a-f0-9])/g,
  /(?<![A-Za-z0-9])v\d\.[a-f0-9]{20,}-[a-f0-9]{20,}/g,
  /(?<![A-Za-z0-9])AGE-SECRET-KEY-1[A-Z0-9]{20,80}/g,
  // Telegram bot: number, colon, 35 characters.
  /(?<![\w:])\d{8,10}:[A-Za-z0-9_-]{34,36}(?![\w-])/g,
  // JWT: two dots, and both first parts start like `{"`. Also the encrypted kind with its five parts.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,4096}(?:\.[A-Za-z0-9_-]{0,4096}){1,4}/g,
]

const HEADER =
  /(?<![\p{L}\p{N}])(?:bearer|basic|token|negotiate|digest|apikey|x-api-key|x-auth-token|set-cookie|cookie)[ :=]{1,3}(?=[A-Za-z+/_.~=-]{0,200}\d)(?<value>[A-Za-z0-9+/_.~=-]{16,4096})/dgiu

const SECRET_WORD = [
  'pass(?:word|wd|phrase|code)?',
  'pwd',
  'pw',
  '(?:client|app|shared|webhook|signing)[ _-]?secret',
  'secret(?:[ _-]?(?:access)?[ _-]?key)?',
  '(?:access|auth|refresh|id|api|bot|session|csrf|personal|bearer)?[ _-]?token',
  '(?:api|access|account|private|encryption|license|licence|master|aws|shared ?access)[ _-]?key(?:[ _-]?id)?',
  'credentials?',
  'пароль(?:ная фраза)?',
  'парол[яьеюи]м?',
  'пасс?',
  'секрет(?:ный ключ)?',
  'ключ(?: api| доступа)?',
  'токен',
  'кодовое слово',
  'пин(?:-?код)?',
  'pin(?:[ -]?code)?',
  'puk',
  'cv[vc]2?',
  'otp',
  '(?:otp|sms|one-time|verification|security|2fa|confirmation|auth(?:entication)?)[ -]?(?:code|password|pin)',
  'код (?:из|по) (?:смс|sms|сообщения|письма)',
  'смс-?код',
  'код подтверждения',
  'passwor[dt]e?',
  'kennwort',
  'contraseña',
  'mot de passe',
  'senha',
  '密码',
  '口令',
  '验证码',
  '密钥',
].join('|')

/** `password = x`, `"api_key": "x"`, `пароль: x`, `password is x`. What follows is judged by `looksSecret`. */
const ASSIGNED = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:[A-Za-z0-9]{1,30}[_.-]){0,4}(?:${SECRET_WORD})["'\`”»\\]]{0,2}(?:[ ](?:от|для|к|for|of|to|zum|für)[ ][\\p{L}-]{2,20})?(?<sep>\\s{0,3}(?:[=:：]|=>|:=|-+>|→)\\s{0,3}|[ \\t]{1,2}(?:is|was|ist|war|это|был|—|–|-|to|on|на|是|为)[ \\t:]{1,3}|[ \\t]{1,2}|(?=["'\`“«])|(?<=[码令钥])[是为]?)(?:["'\`“«](?<quoted>[^"'\`”»\\n]{1,256})["'\`”»]|(?<bare>[^\\s"'\`”»,;<>]{1,256}))`,
  'dgiu',
)

/** Keys, tokens and passwords: by shape, by header, or by the word that introduces them. */
export const keys: Detector = (text) => {
  const spans = privateKeys(text)
  for (const shape of SHAPES) spans.push(...spansOf(text, shape, 'KEY'))
  spans.push(...spansOf(text, HEADER, 'KEY', 'value'), ...spansOf(text, COMMAND, 'KEY', 'value'))
  spans.push(...spansOf(text, SENT_CODE, 'KEY', 'value'), ...spansOf(text, PAIR, 'KEY', 'value'))
  for (const match of text.matchAll(ASSIGNED)) {
    const place = match.indices?.groups?.quoted ?? match.indices?.groups?.bare
    if (!place) continue
    const [start, end] = match.groups?.quoted ? place : trimmed(text, place)
    const value = text.slice(start, end)
    const restOfLine = text.slice(end, end + 40).split('\n', 1)[0] ?? ''
    const sure = /[=:：>→]/.test(match.groups?.sep ?? '')
    const isCode = CODE_WORD.test(match[0].slice(0, start - match.index))
    if (looksSecret(value, { isCode, sure, quoted: Boolean(match.groups?.quoted), alone: !/\p{L}/u.test(restOfLine) }))
      spans.push({ start, end, kind: 'KEY' })
  }
  return spans
}

/** A PEM block, whole or cut off by a length limit. */
function privateKeys(text: string): Span[] {
  const spans: Span[] = []
  for (let at = text.indexOf('-----BEGIN'); at >= 0; ) {
    if (!/^-----BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY|CERTIFICATE|MESSAGE)/.test(text.slice(at, at + 80))) {
      at = text.indexOf('-----BEGIN', at + 10)
      continue
    }
    const block = text.slice(at, at + MAX_PEM)
    const length = (CLOSED_PEM.exec(block) ?? OPEN_PEM.exec(block))?.[0].length ?? 10
    spans.push({ start: at, end: at + length, kind: 'KEY' })
    at = text.indexOf('-----BEGIN', at + length)
  }
  return spans
}

const MAX_PEM = 20_000
const CLOSED_PEM = /^-----BEGIN(?:(?!-----BEGIN)[\s\S]){1,20000}?-----END [A-Z0-9 ]{3,50}-----/
/** Header lines, then lines of nothing but base64. */
const OPEN_PEM =
  /^-----BEGIN [^\n]{0,60}(?:\n(?:[A-Za-z0-9+/=]{1,100}|[A-Za-z-]{2,20}: [^\n]{1,80})(?=\n|$)|\n(?=\n)){0,400}/

function trimmed(text: string, [start, end]: [number, number]): [number, number] {
  let to = end
  while (to > start && /[.?)\]}]/.test(text[to - 1]!)) to--
  return [start, to]
}

/** "password is wrong" and "token: expired" are complaints; "password is Tr0ub4dor" is a password. */
function looksSecret(
  value: string,
  found: { sure: boolean; isCode: boolean; quoted: boolean; alone: boolean },
): boolean {
  if (value.length < 3 || /^<[A-Z]+_\d+>?$/.test(value) || /^[*•x.…_-]+$/i.test(value)) return false
  if (/^(?:https?|ftp):/i.test(value)) return false
  // What programs print: placeholders, class and package names.
  if (
    /^(?:[({<[]|\$[{(]|%\w+%)/.test(value) ||
    /^[a-z_]\w*(?:\.[a-z_]\w*){2,}/i.test(value) ||
    /(?:Exception|Error|Identifier|Provider|Handler)s?:?$/.test(value)
  )
    return false
  const digit = /\d/.test(value)
  const letter = /\p{L}/u.test(value)
  const symbol = /[^\p{L}\p{N}]/u.test(value)
  const mixedCase = /\p{Ll}\p{Lu}|\p{Lu}{2,}\p{Ll}/u.test(value)
  if (NOT_SECRET.test(value)) return false
  if (found.sure) return found.quoted || digit || (symbol && letter && value.length >= 6) || mixedCase || found.alone
  if (/^\d+(?:[.,:/-]\d+)*%?$/.test(value))
    return value.length >= 3 && value.length <= 8 && (found.alone || found.isCode) && !/[.,:/%-]/.test(value)
  return (
    (letter && digit && value.length >= 5) || (symbol && digit && value.length >= 6) || (mixedCase && value.length >= 8)
  )
}

/** What command lines take: `sshpass -p x`, `curl -u name:x`. */
const COMMAND =
  /(?<!\S)(?:sshpass[ ]+-p[ ]?|mysql\b[^\n]{0,80}[ ]-p|(?:curl|wget|http)\b[^\n]{0,200}[ ]-u[ ]?)["']?(?<value>[^\s"']{4,128})/dg

/** "The code 731904 you sent", and not "error code 691". */
const SENT_CODE =
  /(?<!error |status |exit |postal |zip |area |ошибки |ошибка )(?<![\p{L}])(?:code|код)[ ]{1,2}(?<value>\d{4,8})(?= (?:you|that you|from|is (?:wrong|expired|invalid|not)|does ?n[o']t|не (?:под|прин|прош|сраб)|из|пришел|пришёл))/dgiu
/** `login/password: name / secret` */
const PAIR =
  /(?:login|user(?:name)?|логин|имя)[ ]?[/|+&и][ ]?(?:password|pass|pwd|пароль)[ ]?[:=-][ ]?[^\s/|,]{1,64}[ ]?[/|, ][ ]?(?<value>[^\s/|,]{4,64})/dgiu

/** Words after which a few digits alone are the secret. */
const CODE_WORD = /cv[vc]|pin|пин|puk|otp|2fa|code|код|验证码/i

const NOT_SECRET =
  /^(?:null|none|undefined|true|false|empty|nil|n\/a|expired|invalid|wrong|incorrect|missing|required|changed|reset|failed|error|rejected|accepted|not|is|was|has|does|did|will|cannot|can't|doesn't|didn't|the|a|an|my|for|and|or|to|in|of|on|with|field|page|policy|не|нет|неверн\p{L}*|неправильн\p{L}*|устарел\p{L}*|просроч\p{L}*|истек\p{L}*|сброшен\p{L}*|забыл\p{L}*|сменил\p{L}*|для|от|и|или|на|в|falsch|abgelaufen|ungültig|\*+)$/iu
