/** A part of a text by its offsets; `end` is exclusive. */
export type Span = { at: number; end: number }

/** Sorts the parts and joins those that touch. */
export function merge(spans: Span[]): Span[] {
  const out: Span[] = []
  for (const { at, end } of [...spans].sort((a, b) => a.at - b.at)) {
    const last = out.at(-1)
    if (last && at <= last.end + 1) last.end = Math.max(last.end, end)
    else out.push({ at, end })
  }
  return out
}

/** Removes these parts from the text. */
export function without(text: string, spans: Span[]): string {
  let at = 0
  const parts: string[] = []
  for (const span of merge(spans)) {
    parts.push(text.slice(at, span.at), ' ')
    at = span.end
  }
  parts.push(text.slice(at))
  return parts
    .join('')
    .replace(/[ \t]{2,}/g, ' ')
    .replace(/ *\n */g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** Extends each part to the whole sentences or lines that it touches. */
export function wholeSentences(text: string, spans: Span[], end = /[.!?。！？…\n]/): Span[] {
  return spans.map((span) => {
    let { at, end: to } = span
    while (at > 0 && !end.test(text[at - 1]!)) at--
    while (to < text.length && !end.test(text[to - 1]!)) to++
    return { at, end: to }
  })
}

/** Extends each part to the whole paragraphs that it touches. */
export function wholeParagraphs(text: string, spans: Span[]): Span[] {
  return spans.map(({ at, end }) => {
    const before = text.lastIndexOf('\n\n', at)
    const after = text.indexOf('\n\n', end)
    return { at: before < 0 ? 0 : before, end: after < 0 ? text.length : after }
  })
}
