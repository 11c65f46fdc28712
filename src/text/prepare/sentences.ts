/** A sentence and the space between it and the next one, so that the joined sentences give the same text. */
export type Sentence = {
  text: string
  gap: string
  line: number
  /** `Agent: ` when the line is a turn of a conversation, `> ` when it is quoted; every sentence of the line has it. */
  speaker: string
  /** Left out of the joined text. */
  removed?: boolean
}

const END = /[.!?…。！？；][)"'»”\]]{0,2}(?=\s|$)|[。！？；]/gu
/** The speaker at the start of a turn, or the mark of a quote. */
const SPEAKER = /^(?:> |\p{L}[\p{L}\p{N} ._'()-]{0,28}(?:<NAME_\d+>)?[:：] ?|<NAME_\d+>[:：] ?)/u
/** Abbreviations whose full stop does not end a sentence. */
const ABBREVIATION =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|no|nr|mr|mrs|ms|dr|st|approx|т\.д|т\.п|т\.е|т\.к|г|ул|д|кв|стр|рис|им|руб|тел|доб|см|пр|z\.b|bzw|ca|str)\.$/iu

export function sentencesOf(text: string): Sentence[] {
  const sentences: Sentence[] = []
  const lines = text.split('\n')
  for (const [line, content] of lines.entries()) {
    let from = 0
    const speaker = SPEAKER.exec(content)?.[0] ?? ''
    for (const match of content.matchAll(END)) {
      const end = match.index + match[0].length
      if (end - from < 2 || ABBREVIATION.test(content.slice(Math.max(from, end - 10), end))) continue
      const space = /^ */.exec(content.slice(end, end + 8))![0]
      sentences.push({ text: content.slice(from, end), gap: space, line, speaker })
      from = end + space.length
    }
    if (from < content.length || content === '') sentences.push({ text: content.slice(from), gap: '', line, speaker })
    if (line < lines.length - 1) sentences.at(-1)!.gap += '\n'
  }
  return sentences
}

export function joined(sentences: Sentence[]): string {
  const parts: string[] = []
  let pendingSpeaker = ''
  for (const [i, sentence] of sentences.entries()) {
    const begins = i === 0 || sentences[i - 1]!.line !== sentence.line
    if (begins) pendingSpeaker = ''
    if (sentence.removed) {
      // The speaker moves to the next sentence of the turn.
      if (begins) pendingSpeaker = sentence.speaker
      if (sentence.gap.includes('\n') && parts.length > 0 && !parts.at(-1)!.endsWith('\n')) parts.push('\n')
      continue
    }
    parts.push(pendingSpeaker, sentence.text, sentence.gap)
    if (parts.at(-1) === '') parts.pop()
    if (sentence.text !== '') pendingSpeaker = ''
  }
  return parts
    .join('')
    .replace(/ +\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
