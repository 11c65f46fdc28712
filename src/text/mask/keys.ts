import type { Detector, Span } from './span.ts'
import { spansOf } from './span.ts'

/** Forms of keys that their issuers document: a distinctive prefix and enough characters after it. */
const SHAPES: RegExp[] = [
  // Cloud providers: AWS, Alibaba, Google, DigitalOcean, Azure (application secret, storage key), Databricks.
  shape('(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Za-z0-9])'),
  shape('LTAI[A-Za-z0-9]{20}'),
  shape('AIza[\\w-]{30,45}'),
  shape('ya29\\.[\\w-]{20,512}'),
  shape('GOCSPX-[\\w-]{20,64}'),
  shape('do[opr]_v1_[a-f0-9]{32,64}'),
  shape('[\\w~.]{3}\\dQ~[\\w~.-]{31,34}'),
  shape('dapi[a-f0-9]{32}'),
  // Code and packages.
  shape('gh[pousr]_[A-Za-z0-9]{20,255}'),
  shape('github_pat_\\w{20,255}'),
  shape('gl(?:pat|dt|rt|cbt|ptt|ft|soat|ffct|imt|agent|oas)-[\\w.-]{16,300}'),
  shape('GR1348941[\\w-]{20}'),
  shape('npm_[A-Za-z0-9]{30,64}'),
  shape('pypi-[\\w-]{30,255}'),
  shape('rubygems_[a-f0-9]{48}'),
  shape('dckr_(?:pat|oat)_[\\w-]{20,64}'),
  shape('ATATT[\\w=-]{20,255}|ATCTT[\\w=-]{20,255}|ATBB[A-Za-z0-9]{24,64}'),
  shape('lin_api_[A-Za-z0-9]{32,64}'),
  shape('glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}'),
  shape('sntry[su]_[\\w+/=]{40,400}'),
  shape('PMAK-[a-f0-9]{24}-[a-f0-9]{34}'),
  shape('pul-[a-f0-9]{40}'),
  shape('hv[sb]\\.[\\w-]{24,300}'),
  // Chat, mail and money.
  shape('xox[abeoprs](?:\\.xox[a-z])?-[A-Za-z0-9-]{8,255}'),
  shape('xapp-\\d-[A-Za-z0-9-]{10,255}'),
  shape('[MNO][\\w-]{23,25}\\.[\\w-]{6}\\.[\\w-]{27,38}(?![\\w-])'),
  shape('(?:sk|rk|pk|whsec)_(?:live_|test_|prod_)?[A-Za-z0-9]{16,255}'),
  shape('sq0(?:atp|csp)-[\\w-]{22,60}'),
  shape('SG\\.[\\w-]{16,32}\\.[\\w-]{16,64}'),
  shape('xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}'),
  shape('key-[a-f0-9]{32}(?![a-f0-9])'),
  shape('SK[a-f0-9]{32}(?![a-f0-9])'),
  shape('EAA[A-Za-z0-9]{60,300}'),
  shape('shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}'),
  // Model providers.
  /(?<![A-Za-z0-9_-])sk-[\w-]{20,255}/g,
  shape('hf_[A-Za-z0-9]{24,64}'),
  shape('(?:gsk|xai|pplx|nvapi|r8|tvly)[_-][A-Za-z0-9_-]{32,128}'),
  // Others.
  shape('NRAK-[A-Z0-9]{27}'),
  shape('v\\d\\.[a-f0-9]{20,}-[a-f0-9]{20,}'),
  shape('ops_eyJ[A-Za-z0-9+/]{60,2000}'),
  shape('AGE-SECRET-KEY-1[A-Z0-9]{20,80}'),
  // Telegram bot: number, colon, 35 characters.
  /(?<![\w:])\d{8,10}:[A-Za-z0-9_-]{34,36}(?![\w-])/g,
  // JWT: parts with dots between them, the first of which is an encoded `{"`. An encrypted one has five parts.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,4096}(?:\.[A-Za-z0-9_-]{0,4096}){1,4}/g,
]

function shape(source: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])(?:${source})`, 'g')
}

/**
 * Keys of unknown issuers: at least 32 characters with capitals, small letters and digits in random order. Hashes and
 * identifiers (hexadecimal) and class names (words) stay.
 */
const RANDOM = /(?<![\w+/~.-])(?=[\w+/~-]{0,200}\d)[A-Za-z0-9][\w+/~-]{31,511}={0,2}(?![\w+/])/g

const HEADER =
  /(?<![\p{L}\p{N}])(?:bearer|basic|token(?![ :=]{1,3}[a-z_.]{1,24}=[^=])|negotiate|digest|apikey|x-api-key|x-auth-token|set-cookie|cookie)[ :=]{1,3}(?=[A-Za-z+/_.~=-]{0,200}\d)(?<value>[A-Za-z0-9+/_.~=-]{16,4096})/giu

const SECRET_WORD = [
  'pass(?:word|wd|phrase|code)?',
  'pwd',
  'pw',
  '(?:client|app|shared|webhook|signing)[ _-]?secret',
  'secret(?:[ _-]?(?:access)?[ _-]?key)?',
  '(?:access|auth|refresh|id|api|bot|session|csrf|personal|bearer)?[ _-]?token',
  '(?:api|access|account|private|encryption|license|licence|master|aws|shared ?access)[ _-]?key(?:[ _-]?id)?',
  'credentials?',
  'psk',
  '(?:wi-?fi|wlan|wpa2?|network|security)[ _-]?(?:key|password|pass)',
  'wlan-?schlüssel',
  'netzwerkschlüssel',
  'zugangscode',
  '(?:gate|door|alarm|entry|access|unlock|lock|safe)[ -]code',
  '(?:tür|alarm|zutritts)-?code',
  'код (?:домофона|сигнализации|замка)',
  "code d['’]entrée",
  'код (?:доступа|активации|авторизации|входа)',
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
  'contrase[ñn]a',
  'clave(?: de acceso| wifi)?',
  'mots? de passe',
  'mdp',
  "code d['’]accès",
  'senha',
  "parola(?: d['’]ordine)?",
  'parol(?:i|im|ni|ga)?',
  "maxfiy so['’ʻ]z",
  'құпия ?сөз',
  'құпиясөз',
  'hasł[oaue]m?',
  'wachtwoord',
  'heslo',
  'lozinka',
  'lösenord',
  'şifre(?:m|si)?',
].join('|')

/** Chinese, Japanese and Korean words need no space before them; the others may end a name such as `MAIL_PASS`. */
const NAMED_SECRET = `(?:(?<![\\p{L}\\p{N}])(?:[A-Za-z0-9]{1,30}[_.-]){0,4}(?:${SECRET_WORD})|密码|口令|验证码|密钥|パスワード|비밀번호)`
/** "of the portal", "для почты": what the secret is for. */
const OF_WHAT =
  '(?:[ ](?:от|для|к|на|від|до|for|of|to|zum|zur|für|vom|pour|du|de|del|della|para|per|do|da|van|voor|dla|üçün|için)[ ](?:[\\p{L}-]{2,20}[ ])?[\\p{L}-]{2,20})?'
const OF_WHAT_KIND =
  '(?:[ ](?:provisoire|temporaire|temporal|provisional|nuev[ao]|provvisoria|provisória|new|old|neu|alt|новый|старый|временный|новий|старий|тимчасовий|tymczasowe|nowe|yangi|\\((?:new|neu|новый|temp)\\)))?'
const IS = '(?:is|was|ist|war|lautet|es|est|era|était|è|é|jest|to|это|был|—|–|-|to|on|на|є|是|为|改成了?|改为)'
const BY_NOW =
  '(?:(?:now|currently|still|jetzt|теперь|сейчас|тепер|ahora|maintenant|adesso|agora|set|changed|reset)[ ](?:to[ ])?)?'
/** `=`, `: `, `>` of a tag, `|` of a table, a verb, or only a space or a quote. */
const SEPARATOR = `(?<sep>\\s{0,3}(?:[=:：]|=>|:=|-+>|→)\\s{0,3}|>(?=[^\\s<])|[ \\t]{1,3}\\|[ \\t]{1,3}|[ \\t]{1,2}${IS}[ \\t:]{1,3}${BY_NOW}|[ \\t]{1,2}|(?=["\`“«„])|(?<=[码令钥])[是为]?)`
const QUOTED = '\\\\{0,2}["\'`“«„](?<quoted>[^"\'`”»“\\\\\\n]{1,100})\\\\{0,2}["\'`”»“]'

/** `password = x`, `"api_key": "x"`, `пароль: x`, `password is x`. `looksSecret` decides about the value. */
const ASSIGNED = new RegExp(
  `${NAMED_SECRET}\\\\{0,2}["'\`”»\\]]{0,2}${OF_WHAT}${OF_WHAT_KIND}${SEPARATOR}(?:${QUOTED}|(?<bare>[^\\s"'\`”»,;<>]{1,256}))`,
  'giu',
)
/** "The password I use is x", "das Passwort für kasse3@... ist x": other words before the verb. */
const ASSIGNED_LATER = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${SECRET_WORD})(?:[ ][^\\s"'=:;!?]{1,40}){1,4}[ ](?<sep>${IS})[ ](?:${QUOTED}|(?<bare>[^\\s"'\`”»,;<>]{1,256}))`,
  'giu',
)

/** Keys, tokens and passwords: by shape, by header, or by the word that introduces them. */
export const keys: Detector = (text) => {
  const spans = privateKeys(text)
  for (const shape of SHAPES) spans.push(...spansOf(text, shape, 'KEY'))
  spans.push(...spansOf(text, COMMAND, 'KEY', 'value'))
  spans.push(...spansOf(text, SENT_CODE, 'KEY', 'value'), ...spansOf(text, PAIR, 'KEY', 'value'))
  spans.push(...spansOf(text, CREDENTIALS, 'KEY', 'value'))
  spans.push(...spansOf(text, HEADER, 'KEY', 'value'))
  spans.push(...spansOf(text, RANDOM, 'KEY').filter(({ start, end }) => isRandom(text.slice(start, end))))
  for (const match of [...text.matchAll(ASSIGNED), ...text.matchAll(ASSIGNED_LATER)]) {
    const assigned = match.groups?.quoted ?? match.groups?.bare
    if (!assigned) continue
    const at = match.index + match[0].lastIndexOf(assigned)
    const [start, end] = match.groups?.quoted ? [at, at + assigned.length] : trimmed(text, [at, at + assigned.length])
    const value = text.slice(start, end)
    const restOfLine = text.slice(end, end + 40).split('\n', 1)[0] ?? ''
    const sure = /[=:：>→]/.test(match.groups?.sep ?? '')
    const isCode = CODE_WORD.test(match[0].slice(0, start - match.index))
    if (looksSecret(value, { isCode, sure, quoted: Boolean(match.groups?.quoted), alone: !/\p{L}/u.test(restOfLine) }))
      spans.push({ start, end, kind: 'KEY' })
  }
  return spans
}

/** In random letters and digits the kind of character changes at nearly every second place; in words and paths it does not. */
function isRandom(value: string): boolean {
  const plain = value.replace(/[-_/+=~]/g, '')
  if (/^[0-9a-fxX]+$/i.test(plain) || value.split('/').length > 4) return false
  const share = (pattern: RegExp) => (plain.match(pattern)?.length ?? 0) / plain.length
  if (share(/[a-z]/g) < 0.12 || share(/[A-Z]/g) < 0.12 || share(/\d/g) < 0.05) return false
  let turns = 0
  for (let i = 1; i < plain.length; i++) if (classOf(plain, i) !== classOf(plain, i - 1)) turns++
  return turns >= plain.length * 0.4
}

function classOf(value: string, at: number): number {
  const code = value.charCodeAt(at)
  return code >= 97 ? 1 : code >= 65 ? 2 : 3
}

/** PEM blocks, also when their end is cut off by a length limit. */
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
/** Header lines, then lines of base64 only. */
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
  // A date, such as the day of expiry.
  if (/^(?:19|20)\d\d-\d\d|^\d{1,2}[./]\d{1,2}[./]\d{2,4}$/.test(value)) return false
  // A label, an assignment, a function call or a constant.
  if (/[:：]$/.test(value) || /^[a-z_.]{2,24}\??[a-z]{0,12}=[^=]/i.test(value) || /\w\(/.test(value)) return false
  if (/^[A-Z]+(?:_[A-Z]+)+$/.test(value)) return false
  // Placeholders, class names and package names.
  if (
    /^(?:[({<[]|\$[{(]|%\w+%)/.test(value) ||
    /^[a-z_]\w*(?:\.[a-z_]\w*){2,}/i.test(value) ||
    /(?:Exception|Error|Identifier|Provider|Handler)s?:?\|?$/.test(value)
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

/** Secrets in command lines: `sshpass -p x`, `curl -u name:x`. */
const COMMAND =
  /(?<!\S)(?:sshpass[ ]+-p[ ]?|mysql\b[^\n]{0,80}[ ]-p|(?:curl|wget|http)\b[^\n]{0,200}[ ]-u[ ]?)["']?(?<value>[^\s"']{4,128})/g

/** "The code 731904 you sent", and not "error code 691". */
const SENT_CODE =
  /(?<!error |status |exit |postal |zip |area |ошибки |ошибка )(?<![\p{L}])(?:code|код)[ ]{1,2}(?<value>\d{4,8})(?= (?:you|that you|from|is (?:wrong|expired|invalid|not)|does ?n[o']t|не (?:под|прин|прош|сраб)|из|пришел|пришёл))/giu
/** `login/password: name / secret` */
const PAIR =
  /(?:login|user(?:name)?|логин|имя)[ ]?[/|+&и][ ]?(?:password|pass|pwd|пароль)[ ]?[:=-][ ]?[^\s/|,]{1,64}[ ]?[/|, ][ ]?(?<value>[^\s/|,]{4,64})/giu
/** `creds: name / secret`, `доступ: name:secret`: the second part must look like a secret. */
const CREDENTIALS =
  /(?<!\p{L})(?:creds?|credentials?|login|log[ -]?in|logged in (?:as|with)|доступы?|user(?:name)?|benutzer(?:name)?|логин|пользователь|usuario|utilisateur|utente|уч[её]тк[аи]|учётные данные|zugangsdaten|anmeldedaten|identifiants?|credenciales|credenziali|账号密码)(?:[ ]?[:=-][ ]?|[ ])["'«“]?[\w@][\w.@\\-]{1,63}["'»”]?[ ]?[/:|][ ]?["'«“]?(?<value>(?=[^\s,;]{0,63}[\d!#$%&*])(?=[^\s,;]{0,63}\p{L})[^\s,;/"'»”]{6,64})/giu

/** Words after which a few digits are the secret. */
const CODE_WORD = /cv[vc]|pin|пин|puk|otp|2fa|code|код|验证码/i

const NOT_SECRET =
  /^(?:null|none|undefined|true|false|empty|nil|n\/a|expired|invalid|wrong|incorrect|missing|required|changed?|resets?|resetting|failed|error|rejected|accepted|forgotten|forgot|lost|locked|blocked|unknown|update|policy|manager|recovery|not|no|yes|is|was|has|does|did|will|cannot|can't|doesn't|didn't|the|a|an|my|for|and|or|to|in|of|on|with|field|page|see|please|не|нет|неверн\p{L}*|неправильн\p{L}*|устарел\p{L}*|просроч\p{L}*|истек\p{L}*|сброшен\p{L}*|сброс\p{L}*|смен\p{L}*|забы\p{L}*|утерян\p{L}*|потер\p{L}*|невірн\p{L}*|неправильн\p{L}*|для|от|и|или|на|в|под|falsch\p{L}*|abgelaufen|ungültig|vergessen|gesperrt|zurück\p{L}*|nicht|refusé\p{L}?|expiré\p{L}?|oublié\p{L}?|incorrecte?|invalide|perdu|incorrect[ao]|inválid[ao]|olvidad[ao]|caducad[ao]|errat[ao]|scadut[ao]|dimenticat[ao]|błędn\p{L}*|nieprawidłow\p{L}*|wygasł\p{L}*|noto['’ʻ]g['’ʻ]ri|qate|қате|xato|unut\p{L}*|错误|不对|失效|过期|忘记|无效|[错过失忘无不]\p{Script=Han}*|\*+)$/iu
