/**
 * Tickets that say nothing: a note about a call or a chat, "see attached", a greeting. Nothing is what remains when politeness,
 * names, numbers, and the words of notices and of attachments are gone. Pure.
 */
import { deskWords, isLetterWord, PLACEHOLDER } from '../../text/index.ts'

/** What telephone systems, chats and helpdesks write about a contact, and its details: void only beside such a word. */
const NOTICE = words(`
  call conversation chat voicemail voice mail message fax sms whatsapp telegram facebook instagram messenger viber wechat audio recording transcript transcription
  anruf anrufs unterhaltung sprachnachricht voicemail nachricht gespräch chatverlauf aufnahme transkription
  звонок вызов диалог разговор чат беседа обращение сообщение голосовое почта запись расшифровка дзвінок розмова повідомлення
  appel message vocal conversation llamada conversación mensaje chiamata conversazione messaggio chamada conversa mensagem
  oproep gesprek bericht połączenie rozmowa wiadomość çağrı arama mesaj görüşme hovor samtal opkald puhelu`)
const DETAILS = words(`
  unknown anonymous info form submission contact completed talk browser chrome firefox safari windows page device
  inbound incoming outbound outgoing missed abandoned new phone details time date start started end ended length duration queue
  location id number status channel via url link pages page listen left received sent second seconds sec min minutes answered has have been was
  eingehender ausgehender verpasster neue neuer neues uhrzeit des dauer sekunden minuten angenommen beantwortet erhalten ist
  входящий исходящий пропущенный новое новый новая время звонка вызова длительность секунд сек мин вам оставили оставлено получено ответил ответила номер телефону начало конец
  пропущений вхідний manqué nouveau nouvel reçu durée heure début fin perdida nueva nuevo duración persa nuova nuovo durata secondi perdida nova novo duração
  gemiste nieuwe duur seconden nieodebrane nowa czas cevapsız yeni süre`)
/** A name may follow these. */
const WHO = words(`
  from to with by caller visitor user web customer client agent operator name at answered location left
  von an mit besucher besuchers anrufer kunde kunden berater agent name
  от с кому посетитель посетителем посетителя абонент клиент клиентом оператор ответил ответила имя від з
  de avec con da di com van met od z ile`)
const ATTACHED = words(`
  attached attachment attachments enclosed enclosure file files screenshot screenshots shot shots image images photo photos picture pictures pic pics
  document documents pdf scan scanned pfa
  anhang anhänge anlage anlagen anbei beigefügt beigefügte angehängt datei dateien screenshot bildschirmfoto bild bilder foto fotos dokument dokumente
  вложение вложении вложения вложениях приложении прикладываю прилагаю прикрепляю прикрепил прикрепила скриншот скриншоты скрин скрины файл файлы фото документ документы картинка
  вкладенні вкладення додаю скріншот
  ci-joint ci-jointe ci-jointes ci-joints joint joints jointe jointes pièce pièces capture captures écran fichier fichiers image photo document
  adjunto adjunta adjuntos adjuntas captura capturas pantalla archivo archivos imagen imágenes foto documento
  allegato allegati allegata schermata immagine file anexo anexa anexos imagem ficheiro arquivo
  bijlage bijlagen bijgevoegd bijgevoegde schermafbeelding bestand afbeelding
  załączniku załącznik załączniki załączam zrzut ekranu zdjęcie plik dokument příloze příloha snímek obrázek
  ekte ektedir ek ekli ekran görüntüsü dosya resim bilaga bifogad bifogat bifogar bilagt vedhæftet vedlagt liite liitteenä`)
/** Words of such sentences, and subjects that name no matter. */
const OTHER = words(`
  a an the this that these those is are it its i we you my our your me us please see look at have in on for of as and here below above
  requested discussed details reference herewith there pls plz re fwd fw sir madam test testing help question request problem issue urgent important support ticket subject info information
  hello hi hey good morning afternoon evening day team all everyone colleagues best kind regards thanks thank very much advance again time let know advise take hope doing well dear
  danke vielen dank voraus спасибо заранее большое дякую merci beaucoup gracias grazie mille obrigado obrigada bedankt dziękuję teşekkürler tack tak kiitos děkuji
  der die das den sie haben habe du dem ein eine einen ich wir sie im in am zur bitte siehe sehen finden schauen um hilfe frage anfrage problem dringend wichtig
  в во на по и это вот мой моя я мы см смотри смотрите посмотрите посмотри пожалуйста прошу помогите помощь вопрос запрос проблема срочно важно тема тест
  у і дивіться будь ласка питання допоможіть терміново
  le la les une un en l d à a vous avez voir veuillez trouver svp question demande urgent problème aide
  el los las una unos ver véase favor por consulta urgente problema ayuda enviado envío
  lo gli il in vedi vedere invio domanda urgente problema aiuto richiesta o os as um uma segue seguem em ver dúvida ajuda pedido
  de het een zie in de vraag dringend hulp probleem w przesyłam zobacz patrz proszę pytanie pilne pomoc viz prosím dotaz
  var bulunmaktadır bakınız lütfen soru acil yardım sorun ett en se hjälp fråga spørgsmål hjelp`)
/** These point to something only beside an attachment: a customer who cannot find a phone has a matter. */
const POINTING = words('find check view open finden prüfen проверьте')
const VOID = new Set([...NOTICE, ...WHO, ...ATTACHED, ...OTHER])
const FILE_NAME = /[\p{L}\p{N}_()-]{1,80}\.(?:png|jpe?g|gif|heic|pdf|wav|mp3|mp4|mov|docx?|xlsx?|zip|eml)(?!\p{L})/giu

const UNSPACED_NOTICE = /未接来电|来电|通话|语音留言|对话|会话|聊天|着信|留守番電話|会話|通話|부재중|통화|대화/gu
const UNSPACED_ATTACHED =
  /附件|附图|截图|图片|文件|照片|添付|ファイル|スクリーンショット|画像|첨부\p{L}{0,4}|스크린샷/gu
const UNSPACED_OTHER =
  /您好|你好|谢谢|謝謝|お世話になって(?:おり|い)ます|よろしくお願い(?:いた)?します|请|查看|参见|看|见|中|的|号码|时间|时长|秒|分|与|和|无主题|無主旨|件名なし|ご確認ください|ご確認お願いします|ご覧ください|を|の|確認|부탁드립니다/gu
/** What stands for a text or a subject that is missing. Elsewhere a negation is a matter: "no picture". */
const MISSING =
  /[([]?(?:(?:no|without) (?:transcript(?:ion)?|text|message|preview|subject|description|content)(?: (?:is )?(?:available|provided))?|transcription (?:could not be created|failed|is not possible)|(?:kein|ohne) betreff|(?:без темы|тема отсутствует)|sans objet|sin asunto|not available|untitled|(?<=\()empty)[)\]]?$|(?<=[:：] ?)[([]?(?:none|unavailable|empty|n\/a|nicht verfügbar|keine|нет|недоступн\p{L}{1,3}|non disponible|no disponible|无|無)[)\]]?$/iu
/** What a chat, its agents and customers write before anything is said. */
const OPENING =
  /^(?:[\p{L}\p{N} ]{1,40}: ?)?(?:(?:i|we) need (?:some |your )?help|can (?:you|someone) (?:please )?help(?: me| us)?|(?:is )?any(?:one|body) there|у (?:меня|нас) (?:есть )?(?:вопрос|проблема)|j['’]ai une question|tengo una (?:pregunta|duda)|how (?:can|may) i (?:help|assist)(?: you)?(?: today)?|are you (?:still )?there|wie kann ich (?:ihnen )?(?:weiter)?helfen|чем (?:я )?могу (?:вам )?помочь|(?:en quoi|comment) puis-je vous aider|en qué puedo ayudarle|come posso aiutarla|w czym mogę pomóc)$|^\W*[\p{L}\p{N} ]{1,40} (?:has )?(?:joined|left) (?:the )?(?:chat|conversation)\W*$/iu
const SPEAKER = /^[\p{L}\p{N} ]{1,40}: ?/u

/** Why the ticket says nothing of a matter, for people; null: it does, or nobody can be sure. */
export function noMatter(subject: string, text: string): string | null {
  const parts = `${subject}\n${text}`
    .split('\n')
    .flatMap((line) => line.replace(SPEAKER_TIME, '').split(/[.!?…]+(?:\s|$)|[;,。！？，]+/u))
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
  // The name below the thanks.
  if (
    /^(?:thank|best|kind|regards|danke|спасибо|merci|gracias)/iu.test(parts.at(-2) ?? '') &&
    wordsOf(parts.at(-1)!).every(isName)
  )
    parts.pop()
  const used = parts.flatMap((part) => wordsOf(part).map((word) => word.toLowerCase()))
  const isNotice = used.some((word) => NOTICE.has(word)) || parts.some((part) => part.search(UNSPACED_NOTICE) >= 0)
  if (parts.length === 0 || !parts.every((part) => saysNothing(part, isNotice))) return null
  if (isNotice) return 'a note about a call or a conversation, without what it was about'
  if (/https?:/.test(text) || CODE.test(`${subject} ${text}`.replace(FILE_NAME, ' '))) return null
  if (used.some((word) => ATTACHED.has(word)) || parts.some((part) => part.search(UNSPACED_ATTACHED) >= 0))
    return 'nothing but an attachment'
  return 'no matter, only greetings'
}

/** The code of an error or of a thing; in a notice it is the number of the visitor. */
const CODE = /(?<![\p{L}\p{N}<_])(?:\p{Lu}{1,10}[-_]?\d{2,}|0x[\da-f]{2,})/iu

const SPEAKER_TIME = /^[([]?\d{1,2}:\d\d(?::\d\d)?[)\]]? ?/u

function saysNothing(part: string, isNotice: boolean): boolean {
  if (OPENING.test(part)) return true
  if (deskWords(part) === 0 && [part, part.replace(SPEAKER, '')].some(isLetterWord)) return true
  const found = wordsOf(part.replace(MISSING, ' '))
  const isPointer = found.some((word) => ATTACHED.has(word.toLowerCase()))
  return found.every((word, i) => {
    const lower = word.toLowerCase()
    if (
      VOID.has(lower) ||
      (isNotice && DETAILS.has(lower)) ||
      [...word].length === 1 ||
      (isPointer && POINTING.has(lower))
    )
      return true
    return isName(word) && isNamed(found, i)
  })
}

/** Is the word part of a name: behind `from` and the like, or before `sent` and `left`? */
function isNamed(found: string[], at: number): boolean {
  let from = at
  while (from > 0 && isName(found[from - 1]!) && !VOID.has(found[from - 1]!.toLowerCase())) from--
  if (at - from > 3) return false
  if (WHO.has(found[from - 1]?.toLowerCase() ?? '')) return true
  let next = at + 1
  while (next < found.length && isName(found[next]!) && !VOID.has(found[next]!.toLowerCase())) next++
  return from === 0 && /^(?:sent|left)$/i.test(found[next] ?? '')
}

const isName = (word: string): boolean => /^\p{Lu}\p{Ll}/u.test(word) && deskWords(word) === 0

/** The words of a part without numbers, addresses, links and placeholders. */
function wordsOf(part: string): string[] {
  return (
    part
      .replace(PLACEHOLDER, ' ')
      .replace(FILE_NAME, ' file ')
      .replace(
        /https?:\S+|\S+@\S+|[\p{Script=Latin}\p{Script=Cyrillic}]*\p{N}[\p{Script=Latin}\p{Script=Cyrillic}\p{N}]*/gu,
        ' ',
      )
      .replace(MONTH, ' ')
      .replace(UNSPACED_NOTICE, ' ')
      .replace(UNSPACED_ATTACHED, ' ')
      .replace(UNSPACED_OTHER, ' ')
      .match(/\p{L}[\p{L}\p{M}-]*/gu) ?? []
  )
}

const MONTH =
  /(?<!\p{L})(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december|utc|gmt|am|pm)(?!\p{L})/giu

function words(list: string): Set<string> {
  return new Set(list.trim().split(/\s+/))
}
