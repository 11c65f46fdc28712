import type { Prepared } from '../../contract/index.ts'
import { deskWords } from '../../text/index.ts'
import { noMatter } from './no-matter.ts'

export type JunkOptions = {
  /** A shorter ticket is junk. A Chinese, Japanese or Korean character counts as three, because it holds more. */
  minLength?: number
}

/** How subjects of absence notes start. Not enough alone: "Out of office replies are sent twice" is a ticket. */
const AUTO_REPLY_SUBJECT =
  /^(?:re: ?|aw: ?|fwd?: ?)*(?:auto(?:matic|matische|matisch)?[ -]?(?:reply|response|antwort|antwoord|svar)|out of (?:the )?office|ooo\b|on (?:annual |maternity |sick )?leave\b|on vacation|abwesenheit(?:snotiz)?|abwesend|réponse automatique|absence du bureau|respuesta automática|risposta automatica|resposta automática|odpowiedź automatyczna|automatická odpověď|otomatik yanıt|автоответ|автоматический ответ|автоматическое уведомление об отсутствии|вне офиса|нет на месте|я в отпуске|автовідповідь|автоматична відповідь|自动回复|自动答复|自動回覆|不在办公室|外出|自動応答|不在|자동 (?:회신|응답))/iu
const ABSENT =
  /(?:(?<!\p{L})(?:I am|I'm|I will be) (?:currently |now )?(?:out of (?:the )?office|on (?:annual |maternity |parental |sick )?leave|on (?:vacation|holiday)|away)|out of (?:the )?office|(?:ich bin|bin ich)[^\n]{0,40}(?:nicht (?:im (?:Büro|Hause)|erreichbar)|abwesend|im Urlaub)|(?:(?:я|сейчас) (?:нахожусь )?|нахожусь )(?:в (?:отпуске|командировке)|вне офиса|на больничном)|меня не будет (?:в офисе|на (?:рабочем )?месте)|я у відпустці|我(?:目前|现在|正在)?(?:不在办公室|休假|外出)|(?:正在|在)休假|je suis (?:actuellement )?(?:absente?|en congés?)|estoy fuera de la oficina|niet op kantoor|poza biurem|부재중)/iu
/** When somebody is back, or whom to ask: in an absence note, but not in the ticket of a customer who travels. */
const UNTIL =
  /(?<!\p{L})(?:until|till|back on|return(?:ing)?|limited access|as soon as I|urgent (?:matters|issues|requests|cases)|bis zum|zurück|wieder|dringend\p{L}*|до \d|вернусь|буду с|по (?:всем )?срочным|обращайтесь к|до понеділка|jusqu['’]au|de retour|hasta|regreso|terug)(?!\p{L})|回来|返回|回复您|まで/iu
const AUTOMATIC =
  /(?:this is an automat(?:ic|ed) (?:reply|response)|это автоматический ответ|это автоответ|这是一封自动回复|dies ist eine automatische antwort|ceci est une réponse automatique)/iu
/** A problem or a request: a text with one of these is a ticket, not junk. */
const TROUBLE =
  /(?<!\p{L})(?:not? work\p{L}*|broken|doesn['’]t|does not|cannot|can['’]t|could you|block\p{L}*|error|how to|set ?up|configur\p{L}*|enable|disable|switch o[nf]f?|twice|не работа\p{L}*|не могу|недоступ\p{L}*|настро\p{L}*|ошибк\p{L}*|подключ\p{L}*|отключ\p{L}*|включ\p{L}*|einrichten|funktioniert|ne fonctionne|no funciona)(?!\p{L})|如何|怎么|设置|无法/iu
/** Subjects that only mail servers write. */
const BOUNCE_SUBJECT =
  /^(?:re: ?|fwd?: ?)*(?:undelivered mail returned|undeliver(?:able|ed) ?:|delivery status notification|mail delivery (?:failed|system|subsystem)|returned mail ?:|failure notice$|message (?:delivery failure|undeliverable)|warning: could not send|недоставленное сообщение|сообщение не доставлено|доставка не (?:выполнена|удалась) ?:|уведомление о (?:состоянии доставки|недоставке)|unzustellbar ?:|nicht zugestellt ?:|non remis ?:|no se puede entregar ?:|邮件(?:投递|发送)?(?:失败|退回)|退信|系统退信|投递失败|投递状态通知)/iu
/** Subjects that also occur in tickets about parcels and printers; a bounce needs a mail server's text as well. */
const BOUNCE_LIKE =
  /^(?:re: ?|fwd?: ?)*(?:delivery (?:failure|has failed|failed|delayed|incomplete)|undeliver|returned mail|failure notice|non[- ]?delivery|message not delivered|недоставлен|не доставлено|ошибка доставки|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen)/iu
const BOUNCE_TEXT =
  /(?:This is the mail (?:system|delivery)|mailer-daemon|Final-Recipient: ?rfc822|Diagnostic-Code: ?smtp|Reporting-MTA: ?dns|The following (?:message|address)(?:\(?e?s\)?)? (?:had|to|could not)[^\n]{0,60}(?:delivery|permanent|delivered)|Action: failed)/i
const BOUNCE_WORDS = [
  /^Final-Recipient:/im,
  /^Diagnostic-Code:/im,
  /^Reporting-MTA:/im,
  /^Action: (?:failed|delayed)/im,
  /^Status: [45]\.\d/im,
  /mailer-daemon/i,
  /This is the mail (?:system|delivery)/i,
]

const SPAM = [
  /\b(?:guest post|link building|backlinks?|domain authority|seo (?:services|expert|agency|packages?)|rank (?:#?1|first|higher) on google|first page of google)\b/i,
  /\b(?:casino|viagra|cialis|crypto (?:investment|giveaway)|bitcoin (?:investment|doubler)|forex signals|online betting|payday loans?|weight loss (?:pills?|supplement))\b/i,
  /\b(?:you (?:have )?won|claim your (?:prize|reward)|lottery (?:winner|prize)|inheritance (?:fund|of)|million (?:dollars|usd|euros?)|next of kin)\b/i,
  /\b(?:unsubscribe|opt[ -]?out|view (?:this email )?in (?:your )?browser)\b/i,
  /(?:продвижение сайт|раскрутк[аи] сайт|база (?:email|клиентов|предприятий)|холодные (?:звонки|рассылк)|заработ(?:ок|ай) (?:в интернете|от \d)|выгодное предложение|рассылк[аиу] по (?:базе|e-?mail)|кредит без отказа|казино|ставки на спорт|вы выиграли|инвестици[ия] от \d)/i,
  /(?:отписаться от рассылки|отказаться от рассылки|чтобы отписаться)/i,
  /(?:代开发票|网站优化|刷单|博彩|贷款无抵押|中奖)/,
  /\b(?:limited[- ]time offer|act now|100% (?:free|guaranteed)|special (?:discount|offer) (?:for|just)|increase (?:your )?(?:sales|traffic|revenue) (?:by|up to))\b/i,
]

/** Why a ticket is junk and must not be triaged, for people; null: it is not junk. */
export function junk(
  prepared: Pick<Prepared, 'subject' | 'text' | 'metadata'>,
  options: JunkOptions = {},
): string | null {
  const subject = prepared.subject.trim().slice(0, 500)
  const text = prepared.text.trim().slice(0, 20_000)
  const whole = `${subject} ${text}`.trim()
  if (!/[\p{L}\p{N}]/u.test(whole)) return 'junk: empty'
  if (
    BOUNCE_SUBJECT.test(subject) ||
    (BOUNCE_LIKE.test(subject) && (BOUNCE_TEXT.test(text) || BOUNCE_WORDS.some((word) => word.test(text)))) ||
    BOUNCE_WORDS.filter((word) => word.test(text)).length >= 2 ||
    (BOUNCE_TEXT.test(text) && /daemon|postmaster/i.test(whole))
  )
    return 'junk: bounce (delivery status notification)'
  const marker = headerOf(prepared.metadata)
  if (marker) return `junk: auto-reply (${marker})`
  const phrase = AUTO_REPLY_SUBJECT.exec(subject)?.[0]
  const absent = ABSENT.test(text)
  // "Автоответ: ошибка входа" is an auto-reply to a mail about an error; "auto-reply is broken" is a ticket.
  const isAlone = phrase !== undefined && /^\s*(?:[:：]|$)/.test(subject.slice(phrase.length))
  if (phrase && (isAlone || (absent && !TROUBLE.test(`${subject} ${text}`))))
    return `junk: auto-reply ("${shown(phrase)}" in the subject)`
  if (text.length < 1500 && (AUTOMATIC.test(text) || (absent && UNTIL.test(text))) && !TROUBLE.test(text))
    return 'junk: auto-reply (by its text)'
  if (spamWords(whole) >= 2 && !TROUBLE.test(whole)) return 'junk: spam'
  const minLength = options.minLength ?? 10
  const length = [...whole].length
  // "No WiFi" is short, but enough.
  const hasDeskWords =
    options.minLength === undefined && deskWords(whole.replace(/(?<!\p{L})(?:test\p{L}*|тест\p{L}*)/giu, '')) > 0
  if (length < minLength && weightedLength(whole) < minLength && !hasDeskWords)
    return `junk: too short (${length} ${length === 1 ? 'character' : 'characters'})`
  const nothing = noMatter(subject, text)
  return nothing && `junk: ${nothing}`
}

function spamWords(text: string): number {
  return SPAM.reduce((sum, pattern) => {
    const flags = pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`
    return sum + new Set(text.match(new RegExp(pattern, flags))?.map((word) => word.toLowerCase())).size
  }, 0)
}

/** The mail header that marks an auto-reply (RFC 3834 and common others), where the helpdesk passes headers on. */
function headerOf(metadata: Record<string, string>): string | null {
  for (const [name, value] of Object.entries(metadata)) {
    const key = name.toLowerCase().replace(/_/g, '-')
    if (key === 'auto-submitted' && !/^no\b/i.test(value.trim())) return 'Auto-Submitted header'
    if (key === 'x-autoreply' || key === 'x-autorespond') return `${name} header`
    if (key === 'precedence' && /^auto_reply\b/i.test(value.trim())) return 'Precedence header'
  }
  return null
}

function weightedLength(text: string): number {
  let length = 0
  for (const char of text)
    length += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(char) ? 3 : 1
  return length
}

function shown(text: string): string {
  return text.trim().slice(0, 40)
}
