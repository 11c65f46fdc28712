import { describe, expect, test } from 'vitest'
import type { Actor, Change, FieldState, FreshTicket, Source, Taxonomy } from '../contract/index.ts'
import { TaxonomyDocument } from '../contract/index.ts'
import { finalLabels } from './final-labels.ts'

const taxonomy: Taxonomy = {
  version: 1,
  ...TaxonomyDocument.parse({
    fields: [
      { id: 'service', values: [{ id: 'internet' }, { id: 'vpn' }] },
      { id: 'priority', values: [{ id: 'normal' }, { id: 'high' }] },
      { id: 'tone', values: [{ id: 'calm' }] },
    ],
  }),
}
const WROTE = '2026-10-05T10:00:00.000Z'
const LATER = '2026-10-05T11:00:00.000Z'
const agent: Actor = { id: 'a-1', kind: 'person' }
const robot: Actor = { id: 'r-1', kind: 'robot' }
const self: Actor = { id: 'us', kind: 'self' }
const holds = (value: string | null, blank = false): FieldState => ({ value, raw: value ?? 'x-9', blank })
const EMPTY: FieldState = { value: null, raw: null, blank: true }
const change = (field: string, to: string | null, by: Actor, at = LATER): Change => ({
  field,
  from: null,
  to,
  fromRaw: null,
  toRaw: to,
  id: '1',
  action: '1',
  at,
  by,
})

type Given = {
  fields?: Record<string, FieldState>
  history?: Change[]
  by?: Actor
  at?: string
  decided?: Record<string, string>
  values?: Record<string, string>
  sources?: Record<string, Source>
}
function labelsOf({ fields, history = [], by = agent, at = LATER, decided, values, sources }: Given) {
  const answered = { service: 'internet', priority: 'high', tone: 'calm' }
  const known = {
    ticket: { id: 't-1' },
    decision: {
      id: 'd-1',
      values: values ?? answered,
      sources: sources ?? { service: 'embedded', priority: 'rule', tone: 'embedded' },
      actor: 'Rita',
    },
    decided: decided ?? answered,
    own: { decisionIds: ['d-1'], values: { service: ['internet'], priority: ['high'] } },
    since: WROTE,
  } as unknown as Parameters<typeof finalLabels>[1] // finalLabels reads only these columns of the two rows
  const fresh: FreshTicket = {
    id: '7',
    key: 'T-7',
    url: '',
    subject: '',
    body: '',
    format: 'plain',
    place: {},
    createdAt: null,
    updatedAt: LATER,
    status: { name: 'solved', done: true, closed: false },
    fields: fields ?? { service: holds('internet'), priority: holds('high') },
    requester: { id: null, kind: 'unknown' },
    metadata: {},
    history,
    marks: [],
    stamp: null,
  }
  const event = { kind: 'resolved', ticketId: '7', at, by, changes: null, ticket: null } as const
  const labels = finalLabels(taxonomy, known, fresh, event)
  return Object.fromEntries(labels.map((l) => [l.field, [l.value, l.provenance, l.who]]))
}

describe('a resolved ticket', () => {
  test.each<[string, Given, object]>([
    [
      'that a person solved without a change is confirmed',
      {},
      { service: ['internet', 'confirmed', 'a-1'], priority: ['high', 'confirmed', 'a-1'] },
    ],
    [
      'that only a robot closed is not confirmed',
      { by: robot },
      { service: ['internet', 'machine', null], priority: ['high', 'rule', null] },
    ],
    [
      'that an agent worked on and a robot closed is confirmed',
      { by: robot, history: [change('assignee', 'Ann', agent)] },
      { service: ['internet', 'confirmed', 'a-1'] },
    ],
    [
      'that a person had solved before a robot closed it is confirmed',
      { by: robot, history: [change('status', 'solved', agent), change('status', 'closed', robot)] },
      { service: ['internet', 'confirmed', 'a-1'] },
    ],
    [
      'that was worked on only before the write-back confirms nothing',
      { by: robot, history: [change('assignee', 'Ann', agent, '2026-10-05T09:00:00Z')] },
      { service: ['internet', 'machine', null] },
    ],
    [
      'that a person had resolved before the write-back confirms nothing',
      { at: '2026-10-05T09:00:00Z' },
      { service: ['internet', 'machine', null] },
    ],
    [
      'that a person corrected is labelled human',
      { fields: { service: holds('vpn') }, history: [change('service', 'vpn', agent)] },
      { service: ['vpn', 'human', 'a-1'] },
    ],
    [
      'that a person corrected and a robot changed back is not labelled human',
      {
        fields: { service: holds('internet') },
        history: [change('service', 'vpn', agent), change('service', 'internet', robot)],
        by: robot,
      },
      { service: ['internet', 'confirmed', 'a-1'] },
    ],
    [
      'that a robot changed is not labelled human',
      { fields: { service: holds('vpn') }, history: [change('service', 'vpn', robot)], by: robot },
      { service: ['vpn', 'machine', null] },
    ],
    [
      'that another program set with our account is not labelled human',
      { fields: { service: holds('vpn') }, history: [change('service', 'vpn', self)] },
      { service: ['vpn', 'confirmed', expect.any(String)] },
    ],
    [
      'that a reviewer had decided is labelled human',
      { sources: { service: 'human' }, by: robot },
      { service: ['internet', 'human', 'Rita'] },
    ],
    [
      'that was held and sorted by a person is labelled human, and the proposed values are no labels',
      {
        decided: {},
        fields: { service: holds('vpn'), priority: EMPTY },
        history: [change('service', 'vpn', agent, '2026-10-05T09:30:00Z')],
      },
      { service: ['vpn', 'human', 'a-1'] },
    ],
  ])('%s', (_, given, expected) => expect(labelsOf(given)).toMatchObject(expected))
})

describe('a field', () => {
  test.each<[string, Given]>([
    ['that a person emptied', { fields: { service: EMPTY }, history: [change('service', null, agent)] }],
    ['that a robot emptied', { fields: { service: EMPTY }, history: [change('service', null, robot)] }],
    ['with a value outside the mapping', { fields: { service: holds(null) } }],
    ['with a default that nobody chose', { decided: {}, fields: { service: holds('vpn', true) } }],
    ['that the taxonomy no longer has', { decided: { fax: 'yes' }, fields: { fax: holds('yes') } }],
    ['with a value that the taxonomy no longer has', { fields: { service: holds('fax') } }],
    ['that was held and nobody filled in', { decided: {}, fields: { service: EMPTY } }],
  ])('%s has no label', (_, given) => {
    expect(labelsOf(given)).not.toHaveProperty('service')
    expect(labelsOf(given)).not.toHaveProperty('fax')
  })

  test.each<[string, Given]>([
    ['that the helpdesk does not have', { fields: {} }],
    ['that nobody filled in after a suggestion', { fields: { service: EMPTY } }],
  ])('%s was judged by no person: its label stays machine', (_, given) => {
    expect(labelsOf(given)).toMatchObject({ service: ['internet', 'machine', null] })
  })

  test('whose default was set by a person is labelled human', () => {
    const given = {
      decided: {},
      fields: { priority: holds('normal', true) },
      history: [change('priority', 'normal', agent)],
    }
    expect(labelsOf(given)).toMatchObject({ priority: ['normal', 'human', 'a-1'] })
  })
})
