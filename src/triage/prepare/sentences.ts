/** A sentence with what separates it from the next one, so that the parts joined give the text again. */
export type Sentence = { text: string; gap: string; line: number }

const END = /[.!?…。！？；][)"'»”\]]{0,2}(?=\s|$)|[。！？；]/gu
/** Abbreviations that a full stop does not end. */
const ABBREVIATION =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|no|nr|mr|mrs|ms|dr|st|approx|т\.д|т\.п|т\.е|т\.к|г|ул|д|кв|стр|рис|им|руб|тел|доб|см|пр|z\.b|bzw|ca|str)\.$/iu

export function sentencesOf(text: string): Sentence[] {
  const sentences: Sentence[] = []
  const lines = text.split('\n')
  for (const [line, content] of lines.entries()) {
    let from = 0
    for (const match of content.matchAll(END)) {
      const end = match.index + match[0].length
      if (end - from < 2 || ABBREVIATION.test(content.slice(Math.max(from, end - 10), end))) continue
      const space = /^ */.exec(content.slice(end, end + 8))![0]
      sentences.push({ text: content.slice(from, end), gap: space, line })
      from = end + space.length
    }
    if (from < content.length || content === '') sentences.push({ text: content.slice(from), gap: '', line })
    if (line < lines.length - 1) sentences.at(-1)!.gap += '\n'
  }
  return sentences
}

export function joined(sentences: Sentence[]): string {
  return sentences
    .map((sentence) => sentence.text + sentence.gap)
    .join('')
    .replace(/[ ]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
