import { expect, test } from 'vitest'
import type { LabelledTicket } from '../../contract/index.ts'
import { openExtractor } from './features.ts'
import { dealFolds } from './folds.ts'
import { train } from './index.ts'
import { groupNearDuplicates } from './near-duplicates.ts'
import { seeded } from './random.ts'
import { buildMatrix, openVectoriser } from './vector.ts'
import { buildVocabulary } from './vocabulary.ts'

const SUBJECTS = ['vpn', 'printer', 'payroll', 'badge']

/** Random words that do not depend on the class: they make tickets differ from each other. */
function noise(random: ReturnType<typeof seeded>, words: number): string {
  const syllables = ['ka', 'lo', 'mi', 'ru', 'te', 'so', 'na', 'vi', 'pe', 'du']
  const word = () => Array.from({ length: 3 }, () => syllables[random.below(syllables.length)]).join('')
  return Array.from({ length: words }, word).join(' ')
}

/** Each request is written several times with small differences; few words depend on its class. */
function desk(requests: number, times: number, seed: number): LabelledTicket[] {
  const random = seeded(seed)
  return Array.from({ length: requests }, (_, r) => {
    const service = SUBJECTS[r % SUBJECTS.length]!
    // half of the requests name their class: the others can only be recognised by their near duplicates
    const text = `${noise(random, 12)} ${random.below(2) ? service : 'it'}`
    return Array.from({ length: times }, (_, t) => ({
      id: `${r}-${t}`,
      subject: '',
      text: `${text} ${noise(random, 2)}`,
      labels: { service },
    }))
  }).flat()
}

function group(tickets: LabelledTicket[]) {
  const extractor = openExtractor()
  const vocabulary = buildVocabulary(tickets, extractor, { minimum: 1, limit: 1e6 })
  const matrix = buildMatrix(tickets, openVectoriser(vocabulary, extractor), vocabulary.blocks)
  const classes = [...new Set(tickets.map(({ labels }) => labels.service!))]
  const labels = Int32Array.from(tickets, ({ labels }) => classes.indexOf(labels.service!))
  const counts = classes.map((_, c) => labels.filter((label) => label === c).length)
  const rows = Int32Array.from(tickets.keys())
  return { rows, labels, classes: classes.length, groups: groupNearDuplicates(matrix, rows, labels, counts) }
}

test('near duplicates form one group and stay in one fold', () => {
  const tickets = desk(80, 3, 1)
  const { groups, ...rest } = group(tickets)
  const { of } = dealFolds({ ...rest, groups, work: 1, seed: 1 })
  for (let at = 0; at < tickets.length; at += 3) {
    expect([groups[at + 1], groups[at + 2]]).toEqual([groups[at], groups[at]])
    expect([of[at + 1], of[at + 2]]).toEqual([of[at], of[at]])
  }
  expect(new Set(groups).size).toBe(80)
})

test('every fold has its share of each class', () => {
  const { groups, labels, ...rest } = group(desk(80, 3, 1))
  const { of, count } = dealFolds({ ...rest, groups, labels, work: 1, seed: 1 })
  for (let fold = 0; fold < count; fold++)
    for (let c = 0; c < rest.classes; c++) {
      const n = labels.filter((label, row) => label === c && of[row] === fold).length
      expect(n).toBeGreaterThanOrEqual(3)
      expect(n).toBeLessThanOrEqual(9)
    }
})

test('a form that most tickets of a class use does not make them near duplicates', () => {
  const form = Array.from({ length: 30 }, (_, i) => ({
    id: `f${i}`,
    subject: '',
    text: `request for a new badge of building seven, entrance north, name and room ${i}`,
    labels: { service: 'badge' },
  }))
  const { groups } = group([...form, ...desk(20, 1, 2)])
  const sizes = [...Map.groupBy(groups.subarray(0, 30), (g) => g).values()].map(({ length }) => length)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(10)
})

test('confidence holds on new tickets although each training ticket was written several times', () => {
  const model = train(desk(120, 4, 3), ['service'])
  const unseen = desk(400, 1, 4)
  const answers = unseen.map((ticket) => ({ ...model.classify(ticket, { explain: false }).service!, ticket }))
  const right = answers.filter(({ value, ticket }) => value === ticket.labels.service).length / answers.length
  const predicted = answers.reduce((sum, { calibrated }) => sum + calibrated!, 0) / answers.length
  expect(predicted).toBeLessThan(right + 0.06)
})
