/** One of our priorities into Impact and Urgency: by the names of their levels, and by what solved tickets show. */
import { describe, expect, test } from 'vitest'
import type { SolvedTicket } from '../../contract/index.ts'
import { desk, field, priorities, priority, proposalOf, solved, taxonomyOf } from './test-desk.ts'

const taxonomy = taxonomyOf([priority])
/** On no edit screen: the helpdesk computes it. */
const computed = priorities(['Highest', 'High', 'Medium', 'Low', 'Lowest'], { where: [] })

type Names = [impact: string, levels: string[], urgency: string, levels: string[]]
function proposal([impact, impacts, urgency, urgencies]: Names, samples: SolvedTicket[] = []) {
  const fields = [field('i', impact, impacts), field('u', urgency, urgencies)]
  return proposalOf(desk({ fields, priorities: computed }, { taxonomy, samples }), 'fields.priority')
}
const pairs = (values: Record<string, [number, number]>) => ({
  to: 'all',
  parts: (['i', 'u'] as const).map((id, at) => ({
    to: 'field',
    id,
    type: 'select',
    values: Object.fromEntries(Object.entries(values).map(([value, pair]) => [value, `${id}-${pair[at]}`])),
    blank: [],
  })),
})
const BY_ORDER = pairs({ urgent: [0, 0], high: [1, 1], normal: [2, 2], low: [3, 3] })
const ENGLISH: Names = [
  'Impact',
  ['Extensive / Widespread', 'Significant / Large', 'Moderate / Limited', 'Minor / Localized'],
  'Urgency',
  ['Critical', 'High', 'Medium', 'Low'],
]

const LANGUAGES: [string, Names][] = [
  ['English', ENGLISH],
  [
    'German',
    [
      'Auswirkung',
      ['Umfassend', 'Erheblich', 'Mäßig', 'Gering'],
      'Dringlichkeit',
      ['Kritisch', 'Hoch', 'Mittel', 'Niedrig'],
    ],
  ],
  [
    'French',
    ['Impact', ['Généralisé', 'Important', 'Modéré', 'Mineur'], 'Urgence', ['Critique', 'Haute', 'Moyenne', 'Basse']],
  ],
  [
    'Spanish',
    [
      'Impacto',
      ['Generalizado', 'Significativo', 'Moderado', 'Menor'],
      'Urgencia',
      ['Crítica', 'Alta', 'Media', 'Baja'],
    ],
  ],
  [
    'Russian',
    [
      'Влияние',
      ['Массовое', 'Значительное', 'Умеренное', 'Незначительное'],
      'Срочность',
      ['Критическая', 'Высокая', 'Средняя', 'Низкая'],
    ],
  ],
  ['Japanese', ['影響度', ['広範囲', '大', '中', '小'], '緊急度', ['緊急', '高', '中', '低']]],
]
test.each(LANGUAGES)('%s names', (_, names) => {
  expect(proposal(names)).toMatchObject({
    confidence: 'propose',
    adds: { fields: { priority: BY_ORDER } },
    gaps: [],
    reason: expect.stringContaining('computes its priority from the two'),
    warnings: [expect.stringContaining('No solved tickets')],
  })
})

test('three levels each have no pair for a fourth of ours: it is named, and a person is asked', () => {
  const found = proposal(['Impact', ['High', 'Medium', 'Low'], 'Urgency', ['High', 'Medium', 'Low']])
  expect(found).toMatchObject({
    confidence: 'ask',
    gaps: [{ value: 'low', because: expect.stringContaining('fewer levels') }],
  })
})

test.each([
  ['only one of them', [field('u', 'Urgency', ['Critical', 'High', 'Medium', 'Low'])]],
  [
    'one off the screen',
    [field('i', 'Impact', ENGLISH[1], { where: [] }), field('u', 'Urgency', ['Critical', 'High', 'Medium', 'Low'])],
  ],
])('%s is no pair', (_, fields) => {
  const found = proposalOf(desk({ fields, priorities: computed }, { taxonomy }), 'fields.priority')
  expect(found.adds?.fields?.priority?.to).not.toBe('all')
})

test('a priority that people may edit is written itself', () => {
  const fields = [field('i', 'Impact', ENGLISH[1]), field('u', 'Urgency', ENGLISH[3])]
  const editable = priorities(['Highest', 'High', 'Medium', 'Low'])
  const found = (samples: SolvedTicket[]) =>
    proposalOf(desk({ fields, priorities: editable }, { taxonomy, samples }), 'fields.priority')
  expect(found([]).target).toBe('the priority')
  const byRobots = solved(12, (i) => ({ priority: { birth: [], now: [`p${i % 4}`], by: 'robot' } }))
  expect(found(byRobots)).toMatchObject({ confidence: 'propose', adds: { fields: { priority: BY_ORDER } } })
})

describe('what solved tickets show', () => {
  /** Of three levels each, as a matrix gives: index of the priority, of the impact, of the urgency. */
  const tickets = (rows: [number, number, number][]) =>
    solved(rows.length, (n) => {
      const [p, i, u] = rows[n]!
      return {
        priority: { birth: ['p2'], now: [`p${p}`], by: 'robot' },
        i: { birth: [], now: [`i-${i}`], by: 'person' },
        u: { birth: [], now: [`u-${u}`], by: 'person' },
      }
    })
  const many = (row: [number, number, number], n = 4) => Array.from({ length: n }, () => row)
  const THREE: Names = ['Impact', ['High', 'Medium', 'Low'], 'Urgency', ['High', 'Medium', 'Low']]

  test('fills the levels that the names leave open', () => {
    const samples = tickets([...many([0, 0, 0]), ...many([1, 0, 1], 5), ...many([2, 1, 1]), ...many([3, 2, 2])])
    const found = proposal(THREE, samples)
    expect(found.adds?.fields?.priority).toEqual(pairs({ urgent: [0, 0], high: [0, 1], normal: [1, 1], low: [2, 2] }))
    // The order of the names says something else: a person decides.
    expect(found).toMatchObject({ confidence: 'ask', gaps: [], reason: expect.stringContaining('high') })
  })
  test('agrees with the names: proposed, with three real tickets', () => {
    const samples = tickets([...many([0, 0, 0]), ...many([1, 1, 1]), ...many([2, 2, 2]), ...many([3, 3, 3])])
    const found = proposal(ENGLISH, samples)
    expect(found).toMatchObject({ confidence: 'propose', adds: { fields: { priority: BY_ORDER } }, warnings: [] })
    expect(found.tickets).toMatchObject([
      {
        has: 'Extensive / Widespread + Critical',
        wouldWrite: 'Extensive / Widespread + Critical',
        because: expect.stringContaining('urgent'),
      },
      { has: 'Significant / Large + High' },
      { has: 'Moderate / Limited + Medium' },
    ])
  })
  test('a pair of two levels is given to neither', () => {
    const samples = tickets([...many([0, 0, 0]), ...many([1, 0, 0])])
    expect(proposal(THREE, samples).adds?.fields?.priority).toEqual(
      pairs({ urgent: [0, 0], high: [1, 1], normal: [2, 2] }),
    )
  })
})
