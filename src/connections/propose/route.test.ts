/** Groups and people, and what tickets get without anybody's choice. */
import { describe, expect, test } from 'vitest'
import type { Metadata } from '../../contract/index.ts'
import { proposeMapping } from './index.ts'
import { choice, desk, field, priority, proposalOf, solved, taxonomyOf } from './test-desk.ts'

describe('groups', () => {
  const names = { groups: ['Network', 'Billing'], people: [] }
  const group = (metadata: Partial<Metadata>) =>
    proposalOf(desk(metadata, { names, taxonomy: taxonomyOf([priority]) }), 'group')
  const component = (id: string, name: string, more = {}) => ({
    id,
    name,
    project: 'SUP',
    active: true,
    assignee: null,
    ...more,
  })

  test("the helpdesk's own, by equal name; a private one only by hand", () => {
    const groups = [
      { id: '1', name: 'network', active: true, private: false },
      { id: '2', name: 'Billing', active: true, private: true },
    ]
    expect(
      group({ groups, givenTo: [{ kind: 'group', id: '9', name: 'Inbox', why: 'it is the default group' }] }),
    ).toMatchObject({
      confidence: 'propose',
      adds: { group: { to: 'native', blank: ['9'] }, groups: { Network: '1' } },
      gaps: [{ value: 'Billing', because: 'the group is private' }],
      warnings: [expect.stringContaining('stays private')],
    })
  })
  test('components before a field that fits no better, without archived ones, and their lead is shown', () => {
    const fields = [field('t', 'Team', ['Network', 'Billing'])]
    const lead = component('c1', 'Network', { assignee: 'Ann' })
    expect(group({ fields, components: [lead, component('c2', 'Billing')] })).toMatchObject({
      confidence: 'propose',
      adds: { group: { to: 'component' }, groups: { Network: 'c1', Billing: 'c2' } },
      warnings: [expect.stringContaining('Network are assigned to the lead')],
    })
    const archived = [component('c1', 'Network', { active: false }), component('c2', 'Billing')]
    expect(group({ fields, components: archived })).toMatchObject({
      adds: { group: { to: 'field', id: 't' }, groups: { Network: 't-0' } },
    })
  })
  test('components that are our groups are no services', () => {
    const taxonomy = taxonomyOf([choice('service', { network: 'Network', billing: 'Billing', tv: 'TV' })])
    const components = [component('c1', 'Network'), component('c2', 'Billing')]
    const evidence = (groups: string[]) => desk({ components }, { names: { groups, people: [] }, taxonomy })
    expect(proposalOf(evidence(['Network', 'Billing']), 'fields.service')).toMatchObject({ adds: null })
    expect(proposalOf(evidence(['Network', 'Billing']), 'group')).toMatchObject({ confidence: 'propose' })
    expect(proposalOf(evidence(['Tier 1', 'Tier 2']), 'fields.service')).toMatchObject({ confidence: 'ask' })
  })
  test('a label last, asked, with a prefix that is in no option', () => {
    const labels = field('labels', 'Labels', [], { writeAs: [] })
    const tagged = field('x', 'Kind', ['a', 'b'], { options: [{ id: 'group-a', name: 'A' }] })
    expect(group({ fields: [labels, tagged] })).toMatchObject({
      confidence: 'ask',
      adds: { group: { to: 'label', prefix: 'pointsman-group-' }, groups: { Network: 'pointsman-group-network' } },
    })
    expect(group({})).toMatchObject({ confidence: 'no', adds: null })
  })
  test('a field that another target uses is not taken', () => {
    const taxonomy = taxonomyOf([choice('service', { network: 'Network', billing: 'Billing' })])
    const evidence = desk({ fields: [field('f', 'Service', ['Network', 'Billing'])] }, { names, taxonomy })
    expect(proposalOf(evidence, 'fields.service')).toMatchObject({ confidence: 'propose' })
    expect(proposalOf(evidence, 'group')).toMatchObject({ confidence: 'no' })
  })
})

describe('people', () => {
  const person = (id: string, name: string, more = {}) => ({ id, name, active: true, groups: [], ...more })
  const problem = { message: 'is a light agent and cannot be assigned tickets', next: 'x' }
  const people = [
    person('1', 'Asta Berg', { email: 'asta@desk.test' }),
    person('2', 'Ilya Sorokin'),
    person('3', 'ilya sorokin'),
    person('4', 'Lena Vogt', { problem }),
    person('5', 'Lena Vogt'),
    person('6', 'Omar Haddad', { problem }),
    person('us', 'Pointsman'),
  ]
  test.each([
    ['asta@desk.test', 'propose', '1', 'e-mail'],
    ['Ásta Berg', 'propose', '1', 'only agent'],
    ['Ilya Sorokin', 'ask', null, 'several agents'],
    ['Lena Vogt', 'propose', '5', 'only agent'],
    ['Omar Haddad', 'no', null, 'light agent'],
    ['Pointsman', 'no', null, 'our own account'],
    ['Nobody', 'no', null, 'no agent has this name'],
  ])('%s: %s', (name, confidence, id, reason) => {
    const proposal = proposalOf(desk({ people }, { names: { groups: [], people: [name] } }), `people.${name}`)
    expect(proposal).toMatchObject({ confidence, adds: id ? { people: { [name]: id } } : null })
    expect(proposal.reason).toContain(reason)
  })
  test('where the helpdesk has groups, an agent of none cannot take a ticket', () => {
    const of = (peopleComplete: boolean) =>
      proposalOf(
        desk(
          { people, peopleComplete, groups: [{ id: 'g', name: 'Network', active: true, private: false }] },
          { names: { groups: [], people: ['Asta Berg'] } },
        ),
        'people.Asta Berg',
      )
    expect(of(true)).toMatchObject({ confidence: 'no', adds: null, reason: expect.stringContaining('in no group') })
    // The memberships were not all read: nothing is said about them.
    expect(of(false)).toMatchObject({ confidence: 'propose' })
  })
  test('omnichannel routing: the group alone', () => {
    const givenTo = [{ kind: 'assignee' as const, id: '*', name: 'any agent', why: 'omnichannel routing is on' }]
    const { mapping, proposals } = proposeMapping(
      desk({ people, givenTo }, { names: { groups: [], people: ['Asta Berg'] } }),
    )
    expect(mapping).toMatchObject({ people: {}, assignee: { blank: [] } })
    expect(proposals.find(({ of }) => of === 'person')?.warnings[0]).toContain('omnichannel')
  })
  test('a default assignee counts as nobody when the tickets show it, else it is asked', () => {
    const givenTo = [{ kind: 'assignee' as const, id: '1', name: 'Asta Berg', why: 'the lead of SUP' }]
    const names = { groups: [], people: ['Lena Vogt'] }
    const asked = proposalOf(desk({ people, givenTo }, { names }), 'assignee.blank')
    expect(asked).toMatchObject({ confidence: 'ask', warnings: [expect.stringContaining('never get our assignee')] })
    const samples = solved(20, (i) => ({
      assignee: { birth: ['1'], now: [i % 2 ? '2' : '1'], by: i % 2 ? 'person' : 'nobody' },
    }))
    expect(proposeMapping(desk({ people, givenTo }, { names, samples })).mapping.assignee).toEqual({ blank: ['1'] })
  })
})
