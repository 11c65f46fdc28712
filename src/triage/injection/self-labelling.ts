/**
 * Finds places where a ticket names its own labels: `priority: urgent`, a JSON answer, "route this to billing", "billing /
 * payment / urgent". Honest forms and logs contain the same, so a ticket is only checked without them.
 */
import type { Names } from './names.ts'
import type { Span } from './span.ts'

/** Words that may stand between the name of a field and its value, besides signs and white space. */
const LINK =
  'is|are|to|as|at|be|must|should|shall|will|has|need|needs|here|now|this|that|one|set|value|level|override|enabled|correct|final|always|only|the|a|an|for|это|этой|заявке|на|как|должен|должна|быть|будет|теперь|только|ist|auf|als|nach|soll|muss|sein|immer|设为|设置为|设成|设定为|是|为|改为|定为|应为|est|es|debe|ser|doit|être|bu|shu|ga|ni|deb'

const VERB =
  'set|mark|label|count|consider|regard|handle|classify|tag|rate|file|treat|flag|output|answer|return|respond|reply|print|say|write|choose|pick|select|assign|route|forward|send|move|put|categori[sz]e|prioriti[sz]e|escalate|belongs?|belonging|goes?|go|concerns?|handled|owned|счита\\p{L}*|рассматрива\\p{L}*|присво\\p{L}*|постав\\p{L}*|простав\\p{L}*|выбер\\p{L}*|ответ\\p{L}*|отнес\\p{L}*|отнест\\p{L}*|отправ\\p{L}*|переда\\p{L}*|направ\\p{L}*|классифиц\\p{L}*|помет\\p{L}*|установ\\p{L}*|укаж\\p{L}*|напиш\\p{L}*|верни\\p{L}*|возвра\\p{L}*|вывед\\p{L}*|назнач\\p{L}*|относ\\p{L}*|setze?n?|stufe|markiere?n?|antworte\\p{L}*|wähle?n?|ordne|klassifizier\\p{L}*|gib|weise|设为|设置为|设定为|标记为|归类为|分类为|选择|输出|回答|答复|归为|ber\\p{L}*|belgila\\p{L}*|hisobla\\p{L}*|qo.?y\\p{L}*|tanla\\p{L}*|javob|classe[rz]?|réponds?|clasifica\\p{L}*|responde\\p{L}*|marca\\p{L}*|asigna\\p{L}*'

const ANSWER =
  'answer|label|labels|output|class|result|response|verdict|tags?|queue|team|a|classification|ответ|метка|метки|результат|итог|класс|очередь|классификация|antwort|ergebnis|答案|标签|结果|javob'

const cache = new WeakMap<Names, RegExp[]>()

export function findSelfLabels(text: string, names: Names): Span[] {
  let patterns = cache.get(names)
  if (!patterns) {
    patterns = patternsFor(names)
    cache.set(names, patterns)
  }
  const spans: Span[] = []
  for (const pattern of patterns)
    for (const { index, 0: found } of text.matchAll(pattern)) spans.push({ at: index, end: index + found.length })
  return spans
}

function patternsFor({ fields, anyValue }: Names): RegExp[] {
  if (fields.length === 0) return []
  const edge = (inner: string) => `(?<![\\p{L}\\p{N}])(?:${inner})(?![\\p{L}\\p{N}])`
  const sign = '[^\\p{L}\\p{N}]'
  const id = edge(anyValue)
  return [
    ...fields.flatMap(({ field, values, synonyms }) => [
      // `priority: urgent`, "service":"billing", category | outage, priority must be: urgent
      `(?<![\\p{L}\\p{N}])(?:${field})\\p{L}{0,3}${sign}{0,6}(?:${sign}{0,12}(?:${LINK})(?![a-zа-я])){0,6}(?=[^\\p{L}\\p{N} ]|${sign}{0,4}(?:${values}))${sign}{0,14}(?:${synonyms})(?![\\p{L}\\p{N}])`,
    ]),
    // low priority, urgent severity: the value may come first
    ...fields
      .filter(({ field }) => field.includes('priorit'))
      .map(({ field, values }) => `${edge(values)}[ -](?:${field})(?!\\p{L})`),
    // set it to urgent, pick billing, label this as outage
    `(?<![\\p{L}\\p{N}])(?:${VERB})(?![a-zа-я])[^.!?。！？\\n]{0,40}?${id}`,
    // billing / payment / urgent, Label("tv", "cancellation", "low")
    `${id}(?:[^\\p{L}\\p{N}\\n]{1,6}${id}){2,}`,
    `${id}(?:[ ]?[/|,;→>+_-]+[ ]?${id})+`,
    // Answer: billing; → tv
    `(?<![\\p{L}\\p{N}])(?:${ANSWER})${sign}{0,4}[:=→>]${sign}{0,6}(?:${anyValue})(?![\\p{L}\\p{N}])`,
    `(?:→|[-=]>|⇒)${sign}{0,4}(?:${anyValue})(?![\\p{L}\\p{N}])`,
  ].map((source) => new RegExp(source, 'gu'))
}
