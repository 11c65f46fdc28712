const CJK = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/

/**
 * Estimates the tokens of a text by its scripts: one token is about 4 Latin, 3 Cyrillic or 1.5 Chinese characters, or 2 digits or
 * signs.
 */
export function estimateTokens(text: string): number {
  let tokens = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 32) tokens += 0.1
    else if (code < 128)
      tokens += (code >= 97 && code <= 122) || (code >= 65 && code <= 90) ? 0.25 : code === 10 ? 0.5 : 0.5
    else if (code < 0x370) tokens += 0.4
    else if (code < 0x530) tokens += 0.36
    else tokens += CJK.test(text[i]!) ? 0.67 : 0.5
  }
  return Math.ceil(tokens)
}

/**
 * Names the scripts of a text, as in `latin 3, signs 1`. Texts with the same name have about the same ratio of counted to
 * estimated tokens. Shares are rounded to quarters, so that there are few names.
 */
export function scriptsOf(text: string): string {
  const letters = { latin: 0, cyrillic: 0, other: 0 }
  let signs = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 0xc0 && code < 0x250)) letters.latin++
    else if (code >= 0x400 && code < 0x530) letters.cyrillic++
    else if (code >= 128) letters.other++
    else if (code > 32) signs++
  }
  const all = text.length || 1
  const quarters = (count: number) => Math.round((4 * count) / all)
  const named = Object.entries({ ...letters, signs }).filter(([, count]) => quarters(count) > 0)
  return named.map(([name, count]) => `${name} ${quarters(count)}`).join(', ') || 'mixed'
}
