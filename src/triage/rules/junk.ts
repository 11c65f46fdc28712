import type { Prepared } from '../../ticket.ts'

export type JunkOptions = {
  /** Fewer characters than this say nothing. Chinese and Japanese count threefold: they say more with each. */
  minLength?: number
}

/** Subject beginnings and phrases of absence notes. Anchored or long, so that "my auto-reply is broken" stays a ticket. */
const AUTO_REPLY_SUBJECT =
  /^(?:re: ?|aw: ?|fwd?: ?)*(?:auto(?:matic|matische)?[ -]?(?:reply|response|antwort)|out of (?:the )?office|ooo\b|on (?:annual |maternity |sick )?leave\b|on vacation|abwesenheit|abwesend|automatische antwort|réponse automatique|absence du bureau|respuesta automática|risposta automatica|resposta automática|автоответ|автоматический ответ|автоматическое уведомление об отсутствии|вне офиса|нет на месте|я в отпуске|автовідповідь|自动回复|自动答复|自動回覆|不在办公室|外出|自動応答)/iu
const AUTO_REPLY_TEXT =
  /(?:^|\n)[^\n]{0,60}(?:I am (?:currently |now )?(?:out of (?:the )?office|on (?:annual |maternity |parental |sick )?leave|away from (?:the|my) (?:office|desk))|I'm (?:currently )?out of (?:the )?office|I will be out of (?:the )?office|thank you for (?:your (?:e-?mail|message)|contacting)[^\n]{0,80}(?:out of (?:the )?office|on (?:leave|vacation|holiday))|this is an automat(?:ic|ed) (?:reply|response)|ich bin (?:derzeit |zurzeit |momentan |bis zum [^\n]{1,20} )?(?:nicht im (?:Büro|Hause)|abwesend|im Urlaub)|сейчас я (?:нахожусь )?(?:в отпуске|вне офиса|на больничном)|(?:я )?нахожусь в (?:отпуске|командировке)|меня не будет (?:в офисе|на (?:рабочем )?месте)|это автоматическ(?:ий ответ|ое сообщение|ое уведомление)|данное письмо (?:сформировано|отправлено) автоматически|我(?:目前|现在|正在)?(?:不在办公室|休假|外出)|这是一封自动回复|je suis (?:actuellement )?absente?|estoy fuera de la oficina)/iu
const BOUNCE_SUBJECT =
  /^(?:re: ?|fwd?: ?)*(?:(?:mail )?delivery (?:status notification|failure|has failed|failed|delayed|incomplete)|undeliver(?:able|ed)|returned mail|mail delivery (?:failed|system|subsystem)|failure notice|non[- ]?delivery|message (?:not delivered|delivery failure|undeliverable)|warning: could not send|недоставленн|не доставлено|сообщение не доставлено|ошибка доставки|уведомление о (?:состоянии доставки|недоставке)|unzustellbar|nicht zugestellt|zustellung fehlgeschlagen|邮件(?:投递|发送)?(?:失败|退回)|退信|系统退信|投递失败|投递状态通知)/iu
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
  /(?:продвижение сайт|раскрутк[аи] сайт|база (?:email|клиентов|предприятий)|холодные (?:звонки|рассылк)|заработ(?:ок|ай) (?:в интернете|от \d)|выгодное предложение|рассылк[аи] по (?:базе|e-?mail)|кредит без отказа|казино|ставки на спорт|вы выиграли|инвестици[ия] от \d)/i,
  /(?:отписаться от рассылки|отказаться от рассылки|чтобы отписаться)/i,
  /(?:代开发票|网站优化|刷单|博彩|贷款无抵押|中奖)/,
  /\b(?:limited[- ]time offer|act now|100% (?:free|guaranteed)|special (?:discount|offer) (?:for|just)|increase (?:your )?(?:sales|traffic|revenue) (?:by|up to))\b/i,
]

/** A reason not to triage this ticket at all, ready for people to read; null for a ticket like any other. */
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
    BOUNCE_WORDS.filter((word) => word.test(text)).length >= 2 ||
    (BOUNCE_TEXT.test(text) && /daemon|postmaster/i.test(whole))
  )
    return 'junk: bounce (delivery status notification)'
  const phrase = AUTO_REPLY_SUBJECT.exec(subject)?.[0]
  // "Автоответ: ошибка входа" answers our mail about an error; "auto-reply is broken" is one.
  if (phrase && (/^\s*[:：]/.test(subject.slice(phrase.length)) || !COMPLAINT.test(subject)))
    return `junk: auto-reply ("${shown(phrase)}" in the subject)`
  const marker = headerOf(prepared.metadata)
  if (marker) return `junk: auto-reply (${marker})`
  if (text.length < 1500 && AUTO_REPLY_TEXT.test(text)) return 'junk: auto-reply (the text says so)'
  if (SPAM.filter((pattern) => pattern.test(whole)).length >= 2) return 'junk: spam'
  const minLength = options.minLength ?? 10
  const length = [...whole].length
  if (length < minLength && weighedLength(whole) < minLength)
    return `junk: too short (${length} ${length === 1 ? 'character' : 'characters'})`
  return null
}

/** Somebody whose auto-reply does not do what it should. */
const COMPLAINT =
  /(?<!\p{L})(?:broken|not? work\p{L}*|doesn't|problem|issue|error|how|set ?up|configur\p{L}*|enable|disable|stop|не работа\p{L}*|настро\p{L}*|ошибк\p{L}*|как|включить|отключить|проблем\p{L}*|einrichten|funktioniert)(?!\p{L})|如何|怎么|设置/iu

/** RFC 3834 and what mailers send beside it, where the helpdesk passes headers on. */
function headerOf(metadata: Record<string, string>): string | null {
  for (const [name, value] of Object.entries(metadata)) {
    const key = name.toLowerCase().replace(/_/g, '-')
    if (key === 'auto-submitted' && !/^no\b/i.test(value.trim())) return 'Auto-Submitted header'
    if (key === 'x-autoreply' || key === 'x-autorespond') return `${name} header`
    if (key === 'precedence' && /^auto_reply\b/i.test(value.trim())) return 'Precedence header'
  }
  return null
}

function weighedLength(text: string): number {
  let length = 0
  for (const char of text)
    length += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(char) ? 3 : 1
  return length
}

function shown(text: string): string {
  return text.trim().slice(0, 40)
}
