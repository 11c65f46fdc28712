import { expect, test } from 'vitest'
import { cut } from './shorten.ts'

test('neither a placeholder nor a letter is cut in two', () => {
  const text = 'a<PHONE_12>b<EMAIL_3>c😀d'
  for (let share = 0; share <= 1; share += 0.01) {
    const cutText = cut(
      { subject: '', text, language: { code: 'en', confidence: 1 }, dropped: [], masked: {}, metadata: {} },
      share,
    ).text
    expect(cutText.replaceAll(/<(PHONE_12|EMAIL_3)>/g, '').replaceAll('\ufffd', '')).toMatch(/^[abcd😀 …]*$/u)
  }
})
