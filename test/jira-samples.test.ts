/** Deliveries captured from real sites. Skipped without their folder (SAMPLES_DIR, or ../shared/samples). */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { createJiraSandbox, jiraSandboxConnection } from '../connectors/jira/sandbox.ts'

const folder = process.env.SAMPLES_DIR ?? new URL('../../shared/samples', import.meta.url).pathname
const missing = !existsSync(`${folder}/jira`)
if (missing) console.log(`No captured Jira deliveries in ${folder}: skipped.`)

const connection = jiraSandboxConnection(createJiraSandbox())

describe.skipIf(missing)('captured deliveries', () => {
  test.each([
    ['cloud-2019-comment-created', { kind: 'commented', ticketId: '10040', public: true }],
    ['cloud-2019-issue-created-many-fields', { kind: 'created', ticketId: '10509' }],
    ['cloud-2019-issue-deleted', { kind: 'removed', ticketId: '10303' }],
    [
      'cloud-2019-issue-updated-assigned',
      { kind: 'updated', changes: [{ field: 'assignee', toRaw: '5c5f880629be9642ba529340' }] },
    ],
    ['cloud-2019-issue-updated-component', { kind: 'updated', ticketId: '10360' }],
    ['cloud-2019-issue-updated-labels', { kind: 'updated', changes: [] }],
    [
      'cloud-2019-issue-updated-priority',
      { kind: 'updated', changes: [{ field: 'priority', from: 'low', to: 'high' }] },
    ],
    ['cloud-2019-issue-updated-resolved', { kind: 'resolved', ticketId: '10040', ticket: { status: { done: true } } }],
    [
      'cloud-2019-issue-updated-unassigned',
      { kind: 'updated', changes: [{ field: 'assignee', to: null, toRaw: null }] },
    ],
    ['cloud-2024-issue-created-null-description', { kind: 'created', ticketId: '10666', ticket: { body: '' } }],
    ['cloud-2024-issue-created', { kind: 'created', ticketId: '10021', by: { kind: 'person' } }],
    ['cloud-2024-issue-updated-description', { kind: 'updated', changes: [] }],
    ['dc-2019-comment-created', { kind: 'commented', ticketId: '10013', by: { id: 'user1' } }],
    ['dc-2019-issue-created', { kind: 'created', ticketId: '86228', by: { id: 'user1' } }],
    ['dc-2019-issue-updated-assigned', { kind: 'updated', changes: [{ field: 'assignee', toRaw: 'user1' }] }],
    ['dc-2019-issue-updated-moved', { kind: 'updated', ticketId: '12490', at: expect.stringMatching(/^2019-02-27T/) }],
    ['dc-2019-issue-updated-resolved', { kind: 'resolved', ticketId: '10300' }],
  ])('%s', (name, expected) => {
    const body: unknown = JSON.parse(readFileSync(`${folder}/jira/${name}.json`, 'utf8'))
    expect(jira.read(body, connection)).toMatchObject(expected)
  })
})
