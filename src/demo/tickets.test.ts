import { beforeAll, describe, expect, test } from 'vitest'
import { valuesOf } from '../contract/index.ts'
import { defaultTaxonomy } from '../taxonomy/default.ts'
import { type DemoTicket, type JunkTicket, loadJunk, loadTraining, loadUnseen } from './tickets.ts'

let training: DemoTicket[]
let unseen: DemoTicket[]
let junk: JunkTicket[]

beforeAll(async () => {
  ;[training, unseen, junk] = await Promise.all([loadTraining(), loadUnseen(), loadJunk()])
})

const wordsOf = (ticket: JunkTicket) =>
  new Set(`${ticket.subject} ${ticket.text}`.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])

/** Jaccard's measure; 0 at once where the sizes alone rule a likeness out. */
function likeness(a: Set<string>, b: Set<string>): number {
  if (Math.min(a.size, b.size) < 0.8 * Math.max(a.size, b.size)) return 0
  const shared = [...a].filter((word) => b.has(word)).length
  return shared / (a.size + b.size - shared)
}

describe('the invented tickets', () => {
  test('there are enough to train on, to send and to turn away', () => {
    expect(training.length).toBeGreaterThanOrEqual(620)
    expect(unseen.length).toBeGreaterThanOrEqual(80)
    expect(junk.length).toBeGreaterThanOrEqual(6)
  })

  test.each([
    ['service', 40, 5],
    ['category', 50, 5],
    ['priority', 50, 5],
    ['sentiment', 40, 5],
  ] as const)('every %s comes up often enough', (field, inTraining, inUnseen) => {
    for (const { id } of valuesOf(defaultTaxonomy.fields.find((f) => f.id === field)!)) {
      const has = (ticket: DemoTicket) => ticket.labels[field] === id
      expect(training.filter(has).length, `${id} in training`).toBeGreaterThanOrEqual(inTraining)
      expect(unseen.filter(has).length, `${id} in unseen`).toBeGreaterThanOrEqual(inUnseen)
    }
  })

  test('English and Russian are about even, and some tickets mix them', () => {
    const count = (lang: JunkTicket['lang']) => training.filter((ticket) => ticket.lang === lang).length
    expect(count('en') / training.length).toBeLessThan(0.6)
    expect(count('ru') / training.length).toBeGreaterThan(0.35)
    expect(count('mixed')).toBeGreaterThanOrEqual(30)
  })

  test('labels are those of the default taxonomy', () => {
    const allowed = new Map(
      defaultTaxonomy.fields.map((field) => [field.id, new Set(valuesOf(field).map((v) => v.id))]),
    )
    for (const ticket of [...training, ...unseen])
      for (const [field, value] of Object.entries(ticket.labels))
        expect(allowed.get(field)?.has(value), `${ticket.id} ${field}=${value}`).toBe(true)
  })

  test('no id is there twice, and no ticket is a near copy of another, trained on or unseen', () => {
    const all = [...training, ...unseen, ...junk]
    expect(new Set(all.map((ticket) => ticket.id)).size).toBe(all.length)
    const known = [...training, ...unseen].map((ticket) => ({ id: ticket.id, words: wordsOf(ticket) }))
    const copies = known.flatMap((a, i) =>
      known.slice(i + 1).flatMap((b) => (likeness(a.words, b.words) > 0.8 ? [`${a.id} and ${b.id}`] : [])),
    )
    expect(copies).toEqual([])
  })

  test('nobody real can be reached: addresses are at domains reserved for examples, numbers are out of use', () => {
    for (const { id, subject, text } of [...training, ...unseen, ...junk]) {
      for (const [address] of `${subject} ${text}`.matchAll(/[\w.+-]+@[\w.-]*\w/g))
        expect(address, id).toMatch(/@(mail\.|vpn\.|pbx\.|trunk\.)?example\.(com|org|net)$/)
      for (const [number] of text.matchAll(/(?:\+\d|\b0)[\d() -]{9,}\d/g))
        expect(number, id).toMatch(/^(\+7 \(000\) 555-\d\d-\d\d|01632 960 \d{3}|07700 900 \d{3}|020 7946 0\d{3})/)
      for (const [ip] of text.matchAll(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g))
        expect(ip, id).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113|233\.252\.0|127\.0\.0)\./)
    }
  })
})
