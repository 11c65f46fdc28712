const CJK = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/

/**
 * Tokens a text costs, estimated by script where the server cannot be asked: about 4 Latin, 3 Cyrillic, 1.5 Chinese characters for
 * one token; digits and signs are dearer.
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
