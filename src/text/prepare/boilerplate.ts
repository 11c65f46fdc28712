import { withoutDisclaimers } from './disclaimer.ts'
import type { Dropped } from './dropped.ts'
import { MEETING, withoutCalendars } from './invitation.ts'
import { readsAsSentence } from './reads-as-sentence.ts'

/** Kinds of lines that mail gateways, helpdesks and form templates add. */
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
  ['meeting', MEETING],
  [
    'form',
    /^[-•* ]{0,3}\p{L}[\p{L}\p{N} ,/'’()-]{1,60} ?[*]? ?(?:[:：] ?(?:_{2,}|\.{3,}|-{1,3}|n\/?a|нет данных|не указан[оа]?|не заполнено|\[ ?\]|<[^<>\n_]{0,60}>)|[:：]? ?[[(<](?:e\.? ?g\.?|for example|например|z\. ?b\.)[^\])>\n]{0,80}[\])>])$/iu,
  ],
  [
    'form',
    /^[[(<{*_ ]{1,4}(?:please (?:describe|enter|fill|provide|specify)|describe (?:your|the)|type here|enter (?:your )?text|опишите|укажите|введите|заполните|bitte (?:beschreiben|geben|tragen)|请(?:描述|填写|输入))[^\n]{0,200}[\])>}*_ ]{1,4}$/iu,
  ],
  ['rule', /^[=_*~#+ .·•—–-]{4,}$/u],
]

/** Removes disclaimers, gateway banners, meeting details, empty form fields, trackers, calendar files and encoded blobs. */
export function withoutBoilerplate(text: string, dropped: Dropped): string {
  const kept = withoutDisclaimers(blobs(withoutCalendars(text, dropped), dropped), dropped)
  const lines = kept.split('\n')
  const isForm = lines.filter((line) => FIELD.test(line.trim())).length >= 2
  const written = lines.filter((line, i) => {
    const what = noiseOf(line.trim()) ?? (isForm && isUnanswered(lines, i) ? 'form' : null)
    if (what) dropped.add(what, line.length)
    return !what
  })
  const result = written
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  return links(/[\p{L}\p{N}]/u.test(result) ? result : kept, dropped)
}

function noiseOf(line: string): string | null {
  if (line.length < 2 || line.length > 600) return null
  return NOISE.find(([, pattern]) => pattern.test(line))?.[0] ?? null
}

/** A line of a form: a label and maybe the answer. The colon of a link or of a time of day does not count. */
const FIELD = /^[-•* ]{0,3}\p{L}[\p{L}\p{N} ,/'’()-]{1,60} ?\*? ?[:：](?!\/\/|\d\d)/u
const QUESTION =
  /^(?:what|when|where|which|who|how|why|что|когда|где|как\p{L}{0,3}|сколько|кто|почему|was|wann|wo|wie|welche\p{L}?)(?!\p{L})/iu

/**
 * Is the line a label without an answer? Then the next field or the end of the form follows. A label has few words and is no
 * sentence: "These sites are down:" above a list is a statement.
 */
function isUnanswered(lines: string[], at: number): boolean {
  const line = lines[at]!.trim()
  if (!/[:：]$/.test(line) || !FIELD.test(line) || line.split(' ').length > 6) return false
  if (readsAsSentence(line) && !QUESTION.test(line)) return false
  const next = lines.slice(at + 1, at + 9).find((each) => each.trim() !== '' && noiseOf(each.trim()) !== 'rule')
  return next === undefined || FIELD.test(next.trim()) || noiseOf(next.trim()) !== null
}

/** Replaces pictures and certificates that were pasted as text. */
function blobs(text: string, dropped: Dropped): string {
  return text
    .replace(
      /(?:data:[a-z]{1,20}\/[a-z0-9.+-]{1,40};base64,)?[A-Za-z0-9+/]{160,}={0,2}(?:\n[A-Za-z0-9+/]{40,}={0,2}){0,2000}/g,
      (blob) => {
        // One key held down is not a blob; the step that collapses repeats shortens it.
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

/** Cuts the query off long links, which is tracking or session state: the host and the path show which page it was. */
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
