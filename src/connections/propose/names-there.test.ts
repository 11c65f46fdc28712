import { expect, test } from 'vitest'
import { withNamesThere } from './names-there.ts'
import { desk, field, solved } from './test-desk.ts'

const nobody = { groups: [], people: [] }
const person = (id: string, name: string, more = {}) => ({ id, name, active: true, groups: ['g1'], ...more })
const group = (id: string, name: string, more = {}) => ({ id, name, active: true, private: false, ...more })

test('names that are known stay', () => {
  const { metadata } = desk({ groups: [group('g1', 'Network')] })
  const names = { groups: ['Billing'], people: ['Asta Berg'] }
  expect(withNamesThere(names, metadata, [])).toEqual(names)
})

test('else the open groups of the helpdesk, and the people who solve tickets, most first', () => {
  const people = [
    person('p1', 'Asta Berg'),
    person('p2', 'Mei Tanaka'),
    person('p3', 'Idle'),
    person('us', 'Pointsman'),
  ]
  const groups = [
    group('g1', 'Network'),
    group('g2', 'Secret', { private: true }),
    group('g3', 'Old', { active: false }),
  ]
  const { metadata } = desk({ groups, people })
  const samples = solved(9, (i) => ({
    assignee: { birth: [], now: [i % 3 === 0 ? 'p1' : i === 4 ? 'us' : 'p2'], by: 'person' },
  }))
  expect(withNamesThere(nobody, metadata, samples)).toEqual({
    groups: ['Network'],
    people: ['Mei Tanaka', 'Asta Berg'],
  })
})

test('a helpdesk without groups of its own may have a field for them; names that two have are left out', () => {
  const fields = [field('f1', 'Product', ['VPN']), field('f2', 'Support team', ['North', 'South', 'south'])]
  expect(withNamesThere(nobody, desk({ fields }).metadata, []).groups).toEqual(['North'])
  expect(withNamesThere(nobody, desk({ fields: [fields[0]!] }).metadata, []).groups).toEqual([])
})
