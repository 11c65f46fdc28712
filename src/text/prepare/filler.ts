import { CLOSINGS, GREETINGS } from '../mask/index.ts'
import { hasDeskWords, isAgent, isProtected } from './information.ts'
import { isDevice, isSignOff } from './signature.ts'

/** Sentences of politeness, waiting, or a call centre's script: removed first when a text is too long. */
const FILLER = new RegExp(
  `^(?:[\\p{L}\\p{N} .<>_()'-]{1,40}[:：] ?)?(?:${[
    '(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|guten (?:tag|morgen|abend)|moin|здравствуйте|здравствуй|добр(?:ый|ое|ого) (?:день|утро|вечер|дня|времени суток)|привет(?:ствую)?|доброго дня|алло|алё|уважаем\\p{L}{2,4}|您好|你好|お世話になって(?:おり|い)ます)(?:[, ]{1,2}(?:there|all|team|everyone|everybody|guys|folks|sir|madam|support|customer|care|service|desk|colleagues|friends|again|to|and|dear|коллеги|друзья|команда|поддержка|техподдержка|всем|уважаемая|уважаемые|служба|поддержки|您|们|<NAME_\\d+>|\\p{L}{2,20}(?=[ .,!…:]{0,4}$))){0,4}',
    '(?:thanks?|thank you|thx|many thanks|cheers|спасибо|благодарю|спс|danke|vielen dank|谢谢)[^.!?。！？\\n]{0,80}',
    "(?:i )?hope (?:you are|you're|this (?:e-?mail|message|finds)|all is)[^.!?\\n]{0,80}",
    '(?:please|pls|kindly)?,? ?(?:let me know|get back to me|advise|help(?: me| us)?(?: with this)?|look into (?:it|this)|do the needful|respond|reply|assist)(?: (?:asap|as soon as possible|soon|on this|with this|if you (?:need|have)[^.!?\\n]{0,60}))?',
    '(?:looking|look) forward to[^.!?\\n]{0,60}',
    '(?:any help|your help|help)[^.!?\\n]{0,30}(?:appreciated|would be great)',
    '(?:sorry|apologies|i apologi[sz]e|we apologi[sz]e|my apologies)[^.!?\\n]{0,80}',
    '(?:прошу|просьба|пожалуйста|плиз)?,? ?(?:помогите|подскажите|посмотрите|разберитесь|помочь|разобраться|ответьте|жду (?:ответа|обратной связи|решения)|буду (?:благодарен|благодарна|признателен|признательна)|заранее (?:спасибо|благодарю|благодарен|благодарна))(?: пожалуйста)?[^.!?\\n]{0,40}',
    '(?:извините|простите|приношу извинения|приносим извинения|прошу прощения)[^.!?\\n]{0,80}',
    '(?:надеюсь|рассчитываю) на[^.!?\\n]{0,60}',
    "(?:ok(?:ay)?|sure|right|yes|yeah|yep|uh[- ]?huh|mm+[- ]?hm+|mhm|hmm+|um+|uh+|got it|i see|alright|all right|great|perfect|fine|good|exactly|correct|of course|absolutely|no problem|you're welcome|welcome|understood|i understand|bye|goodbye|one moment|just a (?:moment|second|minute)|hold on|(?:are you )?still there|are you there)(?:[, ]{1,2}(?:ok(?:ay)?|sure|yes|yeah|right|thanks?|thank you|please|got it|i see|great|perfect|bye|goodbye|sir|madam|ma'am|i understand|one moment|no problem))*",
    '(?:да|ага|угу|так|ну|ладно|хорошо|понятно|понял|поняла|ясно|окей|ок|конечно|отлично|всё|все верно|верно|именно|точно|минуту|минутку|минуточку|секунду|секундочку|подождите|сейчас|сейчас посмотрю|сейчас проверю|слушаю|слушаю вас|до свидания|всего доброго|хорошего дня|не за что|пожалуйста|э+|м+|ммм+)(?:[, ]{1,2}(?:да|ага|угу|так|хорошо|понятно|понял|поняла|ясно|спасибо|пожалуйста|конечно|до свидания|всего доброго|сейчас|минуту|секунду|вас|слушаю))*',
    '(?:嗯+|好的?|是的?|对|知道了|明白|请稍等|再见|稍等)[，, ]{0,2}(?:好的?|谢谢|再见)?',
    '(?:thank you for (?:calling|contacting|waiting|holding|your patience|reaching|the information|that|confirming|staying|being)|thanks for (?:calling|contacting|waiting|holding|your patience|reaching|the information|that|confirming|staying))[^.!?\\n]{0,120}',
    '(?:your call|this call|the call) (?:is|may be|will be|might be)[^.!?\\n]{0,120}',
    "(?:wie kann ich (?:ihnen )?(?:weiter)?helfen|how (?:can|may) i (?:help|assist)|what can i do for you|is there anything else|anything else i can|how are you|have a (?:nice|great|good|wonderful)|i(?:'ll| will) be happy to help|i(?:'d| would) be (?:happy|glad) to (?:help|assist)|i understand (?:your|how|that) (?:frustrat|concern|inconvenien|annoying)|let me (?:check|see|look|pull|take a look|have a look|just)|i(?:'m| am) (?:just )?(?:checking|looking|pulling)|bear with me|please (?:hold|wait|stay|bear)|can you hear me|i can hear you|that makes sense|no worries|take your time|i appreciate)[^.!?\\n]{0,120}",
    '(?:чем (?:могу|я могу) (?:помочь|быть полез)|меня зовут|компания [^.!?\\n]{1,40}|спасибо за (?:ожидание|звонок|обращение|терпение|информацию|уточнение|ответ)|благодар\\p{L}{1,3} за (?:ожидание|звонок|обращение|терпение|информацию|уточнение|ответ)|ваш звонок|разговор (?:может быть )?записывается|оставайтесь на линии|не кладите трубку|ожидайте|сейчас (?:я )?(?:посмотрю|проверю|уточню|гляну|узнаю)|(?:давайте|позвольте) (?:я )?(?:посмотр|провер|уточн)|остались ли|могу (?:ли )?(?:я )?(?:ещ[её] )?чем|чем[- ]?(?:то|нибудь) ещ[её]|есть ли ещ[её]|хорошего (?:вам )?дня|всего (?:вам )?доброго|приятного дня|понимаю ваше|понимаю,? как|меня слышно|вы на линии|вас слышно|рад(?:а|ы)? (?:была?|были)? ?(?:вам )?помочь|обращайтесь)[^.!?\\n]{0,120}',
  ].join('|')})(?:[,;]? ?(?:please|пожалуйста|team|коллеги|sir|madam))?[ .,!?…。！？)~:]*$`,
  'iu',
)

/**
 * Is the sentence only politeness or waiting? Not if it has a figure; a customer's longer sentence also not if it has a negation,
 * a code or words of the desk.
 */
export function isFiller(sentence: string, byAgent = false): boolean {
  const text = sentence.trim()
  if (text.length > 220 || !FILLER.test(text)) return false
  const words = text.replace(/<NAME_\d+>/g, '').replace(/^[\p{L}\p{N} .()_'-]{1,40}[:：] ?/u, '')
  if (/\d/.test(words)) return false
  return words.length <= MAX_PLAIN_FILLER || byAgent || isAgent(text) || !(isProtected(words) || hasDeskWords(words))
}

/** Is the text only what opens or closes a letter: a greeting, thanks, a closing formula and a name? */
export const isLetterWord = (text: string): boolean =>
  LETTER.test(text) || isSignOff(text.trim()) || isDevice(text.trim())

const LETTER = new RegExp(`^\\s*(?:${GREETINGS}|${CLOSINGS})[ ,.!:…]*$`, 'u')

const MAX_PLAIN_FILLER = 35

/** A sentence without words that add nothing to its meaning. */
export function withoutHedges(sentence: string): string {
  return sentence
    .replace(
      /(?<![\p{L}])(?:um+|uh+|erm|you know(?=,)|i mean(?=,)|sort of|kind of|basically|actually|literally|honestly|to be honest|as i (?:said|mentioned)(?: before| earlier)?|as you (?:can see|know)|just wanted to (?:say|let you know) that|i would like to (?:inform|tell|let) you (?:know )?that|i am writing to (?:you )?(?:to (?:inform|tell) you )?(?:that|because)|ну+|э+м*|как бы|типа|в общем(?:-то)?|в принципе|короче(?: говоря)?|собственно(?: говоря)?|так сказать|на самом деле|честно говоря|вот+(?=,)|значит(?=,)|это самое|скажем так|если честно|хочу (?:сообщить|сказать),? что|довожу до вашего сведения,? что|обращаюсь к вам (?:с тем|по поводу того),? что)(?![\p{L}]),? ?/giu,
      '',
    )
    .replace(/^ +/, '')
}
