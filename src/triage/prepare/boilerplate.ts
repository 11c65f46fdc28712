import type { Dropped } from './dropped.ts'

/** Paragraphs that lawyers and gateways add. Whole formulas, so that a ticket about confidential data is not one. */
const DISCLAIMER =
  /(?:this (?:e-?mail|message|communication)[^\n]{0,80}(?:is|are|may be|may contain|contains)[^\n]{0,60}(?:confidential|privileged|intended (?:only|solely))|intended (?:only |solely )?for the (?:use of the )?(?:named )?(?:addressee|recipient|individual|person)|if you (?:are not the intended|have received this (?:e-?mail|message|communication)[^\n]{0,20} in error)|please consider the environment|think before (?:you )?print|virus[- ]free|(?:scanned|checked) (?:for viruses )?by|this message was sent securely|(?:данн|наст|эт)\p{L}{1,10} (?:электронн\p{L}{1,5} )?(?:сообщени|письм)[^\n]{0,120}(?:конфиденциальн|предназначен|является собственностью)|если вы (?:не являетесь|получили (?:данное|это|настоящее) (?:сообщение|письмо))[^\n]{0,60}(?:адресат|получател|по ошибке|ошибочно)|подумайте об окружающей среде|прежде чем (?:распечат|печат)|проверено (?:на вирусы|антивирус)|diese (?:e-?mail|nachricht)[^\n]{0,80}vertraulich|falls sie (?:nicht der (?:richtige|beabsichtigte)|diese e-?mail irrtümlich)|本(?:邮件|郵件|电子邮件)[^\n]{0,60}(?:保密|机密|仅供|僅供)|ce (?:message|courriel)[^\n]{0,80}confidentiel|este (?:mensaje|correo)[^\n]{0,80}confidencial)/iu

/** Lines that machines add and nobody reads. */
const NOISE: [string, RegExp][] = [
  [
    'banner',
    /^[ *_[\]()!⚠]{0,8}(?:caution|warning|external(?: e-?mail| sender)?|внимание|внешн(?:ее|яя) (?:письмо|почта)|achtung|外部邮件)[ :*!\]-]{0,5}[^\n]{0,200}(?:originated (?:from )?outside|outside (?:of )?(?:the |your |our )?organi[sz]ation|external (?:sender|source|e-?mail)|не открывайте (?:вложения|ссылки)|внешн\p{L}{1,3} (?:отправител|источник)|do not click|von außerhalb)[^\n]{0,300}$/iu,
  ],
  ['banner', /^\[?(?:external|external e-?mail|ext|внешнее письмо)\]?[ :!]{0,3}$/iu],
  ['banner', /^you don'?t often get e-?mail from [^\n]{1,200}$/iu],
  [
    'banner',
    /^(?:##- ?please type your reply above this line ?-##|[^\n]{0,20}(?:reply above this line|ответьте выше этой линии)[^\n]{0,20})$/iu,
  ],
  [
    'tracking',
    /^\[?(?:cid:[^\]\s]{1,200}|image(?:: ?[^\]\n]{0,100}|\d{0,4}\.(?:png|jpe?g|gif))|inline image[^\]\n]{0,60}|изображение[^\]\n]{0,60}|logo|banner)\]?$/iu,
  ],
  [
    'tracking',
    /^(?:view (?:this (?:e-?mail|message) )?(?:in (?:your )?(?:web )?browser|online)|unsubscribe|manage (?:your )?(?:subscriptions?|preferences)|отписаться(?: от (?:рассылки|уведомлений))?|открыть в браузере|privacy policy|политика конфиденциальности|terms of (?:use|service)|all rights reserved|все права защищены|©[^\n]{0,100}|copyright ©?[^\n]{0,100})(?: ?\(https?:[^\n)]{0,2000}\))?[ .|]{0,3}$/iu,
  ],
  [
    'meeting',
    /^(?:join (?:microsoft teams|zoom|the|google|webex) ?(?:meeting|call)?[^\n]{0,200}|microsoft teams (?:meeting|need help\?)[^\n]{0,60}|click here to join the meeting[^\n]{0,300}|meeting id:? ?[\d <>A-Z_]{3,40}|passcode:? [^\n]{1,30}|download teams[^\n]{0,200}|join on the web[^\n]{0,200}|or call in[^\n]{0,60}|dial[ -]in (?:by phone|number)[^\n]{0,100}|phone conference id:?[^\n]{0,40}|find (?:a|your) local number[^\n]{0,200}|one tap mobile[^\n]{0,100}|learn more \|[^\n]{0,100}|reset pin[^\n]{0,60}|присоединиться к (?:собранию|конференции)[^\n]{0,200}|идентификатор (?:собрания|конференции)[^\n]{0,60}|код доступа: ?[^\n]{1,40}|-{0,3} ?meeting options[^\n]{0,100})$/iu,
  ],
  [
    'form',
    /^(?:[\p{L}][\p{L}\p{N} ,/'’()-]{1,60}) ?[*]? ?[:：] ?(?:_{2,}|\.{3,}|-{1,3}|n\/?a|none|нет данных|не указан[оа]?|не заполнено|\[ ?\]|<[^<>\n_]{0,60}>)?$/iu,
  ],
  [
    'form',
    /^[[(<{*_ ]{1,4}(?:please (?:describe|enter|fill|provide|specify)|describe (?:your|the)|type here|enter (?:your )?text|опишите|укажите|введите|заполните|bitte (?:beschreiben|geben|tragen)|请(?:描述|填写|输入))[^\n]{0,200}[\])>}*_ ]{1,4}$/iu,
  ],
  ['rule', /^[=_*~#+ .·•—–-]{4,}$/u],
]

/** Disclaimers, gateway banners, meeting details, empty form fields, trackers, calendars, encoded blobs. */
export function withoutBoilerplate(text: string, dropped: Dropped): string {
  const bare = blobs(calendars(text, dropped), dropped)
  const paragraphs = bare.split('\n\n').filter((paragraph) => {
    const isDisclaimer = paragraph.length < 4000 && DISCLAIMER.test(paragraph.replace(/\n/g, ' '))
    if (isDisclaimer) dropped.add('disclaimer', paragraph.length)
    return !isDisclaimer
  })
  // A lone sentence that reads like a disclaimer is better than an empty ticket.
  const kept = paragraphs.some((paragraph) => /[\p{L}\p{N}]/u.test(paragraph)) ? paragraphs.join('\n\n') : bare
  const lines = kept.split('\n')
  const own = lines.filter((line, i) => !isNoise(line.trim(), lines[i + 1]?.trim() ?? '', dropped))
  const result = own
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  return /[\p{L}\p{N}]/u.test(result) ? links(result, dropped) : links(kept, dropped)
}

function isNoise(line: string, next: string, dropped: Dropped): boolean {
  if (line.length < 2 || line.length > 600) return false
  for (const [what, pattern] of NOISE) {
    if (!pattern.test(line)) continue
    // "Error text:" is a question of the form, unless the answer stands on the next line.
    if (what === 'form' && next !== '' && !FIELD.test(next) && !NOISE.some(([, other]) => other.test(next)))
      return false
    dropped.add(what, line.length)
    return true
  }
  return false
}

/** The next field of a form: then the one before it was left empty. */
const FIELD = /^\p{L}[\p{L}\p{N} ,/'’()-]{1,60} ?\*? ?[:：]/u

/** An invitation says what it is about in two of its lines. */
function calendars(text: string, dropped: Dropped): string {
  if (!text.includes('BEGIN:VCALENDAR')) return text
  return text.replace(/BEGIN:VCALENDAR[\s\S]{0,20000}?(?:END:VCALENDAR|$)/g, (calendar) => {
    const said = [...calendar.matchAll(/^(?:SUMMARY|DESCRIPTION)[^:\n]{0,100}:(.{1,1000})$/gm)].map((match) =>
      match[1]!.replace(/\\n/g, '\n'),
    )
    dropped.add('calendar', calendar.length - said.join('\n').length)
    return said.join('\n')
  })
}

/** Pictures and certificates pasted as text. */
function blobs(text: string, dropped: Dropped): string {
  return text
    .replace(
      /(?:data:[a-z]{1,20}\/[a-z0-9.+-]{1,40};base64,)?[A-Za-z0-9+/]{160,}={0,2}(?:\n[A-Za-z0-9+/]{40,}={0,2}){0,2000}/g,
      (blob) => {
        // One letter typed for a minute is not a blob; it is for the step that collapses repeats.
        if (new Set(blob.slice(0, 160)).size < 12) return blob
        dropped.add('blob', blob.length)
        return '[data]'
      },
    )
    .replace(/(?:\b[0-9a-f]{2}[ :]){24,}[0-9a-f]{2}\b/gi, (blob) => {
      dropped.add('blob', blob.length)
      return '[data]'
    })
}

/** Long addresses are trackers or session state: the host and the path say where somebody was. */
function links(text: string, dropped: Dropped): string {
  return text
    .replace(/https?:\/\/[^\s<>()]{60,}/gi, (url) => {
      const short = (url.split(/[?#]/, 1)[0] ?? url).slice(0, 100)
      dropped.add('tracking', url.length - short.length)
      return short
    })
    .replace(/ ?\[(?:cid:|image:)[^\]\n]{0,200}\]/gi, (image) => {
      dropped.add('tracking', image.length)
      return ''
    })
}
