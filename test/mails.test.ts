import { beforeAll, describe, expect, test } from 'vitest'
import { loadLanguages, prepare } from '../src/text/index.ts'
import { type Mail, mails } from './fixtures/mails/index.ts'

const plain = (text: string) => text.normalize('NFC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')

const all = mails()
const read: { mail: Mail; text: string }[] = []

beforeAll(async () => {
  await loadLanguages()
  for (const mail of all) {
    const { text } = prepare({ ...mail, metadata: {} }, { budgetTokens: 2000 })
    read.push({ mail, text: text.replace(/\s+/g, ' ') })
  }
})

describe(`${all.length} mails in all styles and languages`, () => {
  test('nothing of the customer is lost', () => {
    const lost = read.flatMap(({ mail, text }) =>
      mail.keep.filter((each) => !text.includes(plain(each))).map((each) => `${mail.name}: ${each}`),
    )
    expect(lost).toEqual([])
  })

  test('at least 95 % of what was quoted is gone', () => {
    const quoted = read.flatMap(({ mail, text }) =>
      mail.old.map((each) => ({ mail: mail.name, each, stays: text.includes(plain(each)) })),
    )
    const stays = quoted.filter((each) => each.stays)
    expect(stays.length / quoted.length, JSON.stringify(stays, null, 1)).toBeLessThanOrEqual(0.05)
  })
})
