/**
 * Finds text that instructs the classifier instead of describing a problem. Clear instructions have no other purpose, so the
 * ticket waits for a person. Likely ones also occur in honest tickets (about a chat bot, a test, a joke): such a ticket is
 * only checked without them.
 */
import type { Span } from './span.ts'

/** `\b` for every script. */
const EDGE = String.raw`(?:(?<=[\p{L}\p{N}])(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])(?=[\p{L}\p{N}]))`

/** Asks to forget earlier instructions. A customer who speaks of their own message ("ignore my last message") is excluded. */
const FORGET = [
  String.raw`\b(?:ignore|disregard|forget|override|bypass|discard|neglect)\b(?:[^\p{L}\n.!?]+(?!my\b|our\b|your last|your mail|your letter)\p{L}+){0,4}?[^\p{L}\n.!?]+(?:(?:(?:previous|prior|above|earlier|preceding|foregoing|existing|original|system|other|all|any|your)[^\p{L}\n.!?]+)(?:(?:of|the|these|those|your|previous|prior|above|earlier|system)[^\p{L}\n.!?]+){0,4}(?:instructions?|prompts?|directives?|guidelines?|orders|training|system message)|(?:previous|prior|above|earlier|preceding|your|system)[^\p{L}\n.!?]+(?:rules|context|taxonomy|labels))\b`,
  String.raw`\b(?:ignore|disregard|forget)\b[^\p{L}\n.!?]+(?:everything|anything|all(?: the)?(?: text)?|the text|what(?:ever)?)[^\p{L}\n.!?]+(?:(?:that|which|is|was|came|stands|written|said|you were told|you have been told)[^\p{L}\n.!?]+){0,3}(?:above|before|so far|until now|previously|you were told|you have been told)\b`,
  String.raw`(?:игнориру|проигнориру|забуд|не учитыва|отмени|отброс|пренебрег)(?:й|й?те|ь|ьте|ь?те)?(?!\p{L})(?:[^\p{L}\n.!?]+(?!мо[иеёйю]|наш)\p{L}+){0,4}?[^\p{L}\n.!?]+(?:инструкци|указани|правил|команд|промпт|подсказк|распоряжени|предписани)`,
  String.raw`(?:ignoriere?n?|vergiss|vergesse?n?|missachte?n?|übergeh?en?)(?!\p{L})(?:[^\p{L}\n.!?]+(?!mein|unser)\p{L}+){0,4}?[^\p{L}\n.!?]+(?:anweisung|instruktion|vorgabe|befehl|regeln|prompt|anordnung)`,
  String.raw`(?:ignore[zr]?|oublie[zr]?|ne tiens pas compte)(?!\p{L})(?:[^\p{L}\n.!?]+(?!mon|mes|ma |nos)\p{L}+){0,4}?[^\p{L}\n.!?]+(?:consigne|instruction|règle|directive|ordre)`,
  String.raw`(?:ignor[aei]|ignoren|olvid[ae]|esque[çc]a|dimentica)(?!\p{L})(?:[^\p{L}\n.!?]+(?!mis?\b|mi[ae]i?\b|meus?\b|minha)\p{L}+){0,4}?[^\p{L}\n.!?]+(?:instruccion|instrucci[oó]n|instruç|istruzion|reglas|regole|regras|órdenes|ordini|ordens)`,
  String.raw`(?:忽略|無視|无视|忽视|忽視|忘记|忘記|忘掉|不要理会|不要遵守|不要理會)(?!我)[^。！？\n我]{0,20}(?:指示|指令|规则|規則|提示|命令|要求|设定|設定)`,
  String.raw`(?:ko.?rsatma|buyruq|qoida|yo.?riqnoma)\p{L}{0,10}(?:[^\p{L}\n.!?]+[\p{L}'’‘ʻ]+){0,3}?[^\p{L}\n.!?]+(?:unut|e.?tibor\p{L}* (?:olma|berma|qilma)|inobatga olma|bekor qil)`,
  String.raw`(?:кўрсатма|буйруқ|қоида)\p{L}{0,10}(?:[^\p{L}\n.!?]+\p{L}+){0,3}?[^\p{L}\n.!?]+(?:унут|эътибор\p{L}* берма|инобатга олма)`,
  String.raw`(?:talimat|komut|kural|yönerge)\p{L}{0,10}(?:[^\p{L}\n.!?]+\p{L}+){0,3}?[^\p{L}\n.!?]+(?:yok say|unut|görmezden gel|dikkate alma)`,
  String.raw`(?:zignoruj|zapomnij|pomiń)(?:cie)?(?!\p{L})(?:[^\p{L}\n.!?]+\p{L}+){0,4}?[^\p{L}\n.!?]+(?:instrukcj|polece|zasad|wytyczn)`,
  String.raw`(?:ігнору|проігнору|забуд)(?:й|йте|ь|ьте)?(?!\p{L})(?:[^\p{L}\n.!?]+\p{L}+){0,4}?[^\p{L}\n.!?]+(?:інструкц|вказів|правил|команд)`,
  String.raw`(?:нұсқау|ереже|бұйрық)\p{L}{0,10}(?:[^\p{L}\n.!?]+\p{L}+){0,3}?[^\p{L}\n.!?]+(?:ұмыт|елеме)`,
  String.raw`(?:指示|命令|ルール|プロンプト)[^。\n]{0,6}(?:無視|忘れ)`,
  String.raw`(?:지시|명령|규칙|프롬프트)[^.\n]{0,6}(?:무시|잊)`,
  String.raw`(?:تجاهل|انس)[^.\n]{0,30}(?:التعليمات|الأوامر|القواعد)`,
]

/** Imitates the text around a ticket in a prompt: chat tags and headings, the end of the ticket, messages of the operator. */
const FRAME = [
  String.raw`<[|｜][^|｜<>\n]{1,40}[|｜]>|<<\/?sys>>|\[\/?(?:inst|system_prompt|system message)\]|<\/?(?:system|assistant|ticket|instructions?|prompt|start_of_turn|end_of_turn)>`,
  String.raw`^[ \t]*#{2,6}[ \t]*(?:end of ticket|system|response|instructions?|assistant|new instructions?|конец заявки|система|ответ|инструкци\p{L}|antwort|anweisung\p{L}*)(?![\p{L} ]*\p{L})`,
  String.raw`\b(?:begin|end|start) (?:of )?(?:trusted|system|operator|developer|admin) (?:context|prompt|message|instructions?|note)s?\b`,
]

/** Asks for the prompt. */
const LEAK = [
  String.raw`\b(?:print|reveal|show|repeat|output|display|dump|quote|copy|translate|tell me|what is|what are)\b[^.!?\n]{0,40}\b(?:(?:system|initial|hidden|secret) (?:prompt|instructions?|message)|your (?:prompt|instructions)|(?:instructions?|text|everything|words) above)\b`,
  String.raw`(?:вывед|покаж|напечата|повтор|процитиру|раскро|распечата)\p{L}*[^.!?\n]{0,40}(?:промпт|системн\p{L}+ (?:инструкци|сообщени|подсказк)|свои инструкции|текст выше)`,
  String.raw`(?:zeige?|wiederhole?|nenne?|gib)(?!\p{L})[^.!?\n]{0,40}(?:system-?prompt|deine (?:anweisungen|instruktionen)|text oberhalb)`,
  String.raw`(?:输出|显示|重复|告诉我|打印)[^。\n]{0,15}(?:系统提示|提示词|系统指令)`,
]

/** Gives the model another role. */
const ROLE = [
  String.raw`\b(?:from now on,?|you are now|you're now|henceforth)\b[^.!?\n]{0,40}\b(?:bot|\p{L}*bot|assistant|classifier|model|ai|agent|clerk|router|triager?)\b`,
  String.raw`(?:^|[.!?\n] *)(?:теперь ты|ты теперь|отныне ты)(?!\p{L})`,
  String.raw`(?:^|[.!?\n] *)(?:du bist (?:jetzt|ab jetzt|nun)|ab jetzt bist du)(?!\p{L})`,
  String.raw`(?:你现在是|从现在起你|從現在起你|你是一个)[^。\n]{0,15}(?:助手|机器人|模型|分类)`,
]

const CLEAR = compile([...FORGET, ...FRAME, ...LEAK, ...ROLE])

/** Software that sorts tickets. */
const MACHINE = String.raw`(?<!\p{L})(?:a\.?i\.?|llm|gpt|chatgpt|language model|model|classifier|classification|algorithm|triage|triager|assistants?|bots?|\p{L}+bot|sorting system|ticket (?:system|router)|auto-?(?:tagger|router|sorter)|нейросет\p{L}*|классификатор\p{L}*|классификаци\p{L}*|искусственн\p{L}+ интеллект\p{L}*|ии|робот\p{L}{0,2}|бот\p{L}{0,2}|модел\p{L}{1,3}|алгоритм\p{L}*|систем\p{L}+ сортировки|ki|sprachmodell|klassifikator|modell|klassifizierung|sun.?iy intellekt|yapay zek[aâ]|modèle|modelo|modello|ia|clasificador)(?!\p{L})|分类器|分類器|人工智能|人工智慧|模型|机器人|機器人|助手|自动分类`
/** A line that starts with the name of a speaker who is not a customer: a system, an assistant, an administrator. */
const SPEAKER = String.raw`(?:^|\n)[ \t>*_-]*(?:system|assistant|ai|developer|administrator|admin|internal(?: note)?|note to [^:\n]{1,40}|agent note|triage(?: history)?|example ?\d*|система|ассистент|ии|внутренн\p{L}+ (?:заметка|комментарий)|пример ?\d*|hinweis an [^:\n]{1,40}|beispiel ?\d*|系统|系統|助手|示例 ?\d*|misol ?\d*)[ \t]*(?:\([^)\n]{0,40}\))?[ \t]*[:：.][^\n]*`
/** Claims that the ticket was already classified. */
const VERDICT = String.raw`\b(?:verified|confirmed|approved|decided|pre-?classified|classified|tagged|labell?ed|categori[sz]ed|triaged|corrected) (?:by|as|that)\b|\b(?:previous|prior|earlier|last|final|correct|only valid|right) (?:classification|label|decision|triage|answer|class|category|priority|service)s?\b|(?:классифи[кц]|категориз|размечен|протегирован)\p{L}*|(?:klassifiziert|eingestuft) als|\b(?:override|overridden|keywords?)\b`

/** Suspicious only in a sentence that also names a value. */
const ABOUT_LABELLING = compile([MACHINE, SPEAKER, VERDICT])
const LIKELY = compile([
  String.raw`\b(?:pretend|role-?play|let us play|let's play|hypothetically|act as (?:a|an|if|though)|imagine that you)\b`,
  String.raw`(?:представь|вообрази|притвор|сыграем|давай поиграем)(?:ся|сь)?(?!\p{L})`,
  String.raw`(?:stell dir vor|tu so|spielen wir)(?!\p{L})`,
  '(?:假装|假裝|想象你|扮演)',
  String.raw`(?:tasavvur qil)\p{L}*`,
  String.raw`\byou will be (?:penali[sz]ed|punished|rewarded|fired|shut down|terminated)\b`,
  String.raw`\b(?:decode|base64|rot13) (?:and|this|it)\b`,
])

export const findClearInstructions = (text: string): Span[] => findAll(text, CLEAR)
export const findLikelyInstructions = (text: string): Span[] => findAll(text, LIKELY)
export const findTalkOfLabelling = (text: string): Span[] => findAll(text, ABOUT_LABELLING)

function compile(sources: string[]): RegExp[] {
  return sources.map((source) => new RegExp(source.replaceAll('\\b', EDGE), 'gmu'))
}

function findAll(text: string, patterns: RegExp[]): Span[] {
  return patterns.flatMap((each) =>
    [...text.matchAll(each)].map(({ index, 0: words }) => ({ at: index, end: index + words.length })),
  )
}
