import { expect, test } from 'vitest'
import { jira } from '../../connectors/jira/index.ts'
import { zendesk } from '../../connectors/zendesk/index.ts'
import type { Connector, Filters, Place } from '../contract/index.ts'
import { outsideFilters } from './filters.ts'

test.each<[string, Connector, Filters, Place, string | null]>([
  ['no filter accepts every ticket', jira, {}, { project: ['SUP'] }, null],
  ['an empty list accepts every ticket', jira, { projects: [] }, { project: ['SUP'] }, null],
  ['a listed project', jira, { projects: ['sup'] }, { project: ['SUP'] }, null],
  ['another project', jira, { projects: ['NET', 'OPS'] }, { project: ['SUP'] }, 'project SUP is not among NET, OPS'],
  ['what the event does not say', jira, { projects: ['NET'] }, {}, null],
  ['an issue type by its name', jira, { issueTypes: ['bug'] }, { issueType: ['Bug', '10010'] }, null],
  ['an issue type by its id', jira, { issueTypes: ['10010'] }, { issueType: ['Bug', '10010'] }, null],
  [
    'another issue type',
    jira,
    { issueTypes: ['Task'] },
    { issueType: ['Bug', '10010'] },
    'issue type Bug is not among Task',
  ],
  ['a ticket without a brand', zendesk, { brands: ['7'] }, { brand: [] }, 'brand none is not among 7'],
  ['another channel', zendesk, { channels: ['email'] }, { channel: ['web'] }, 'channel web is not among email'],
  ['one of the tags', zendesk, { tags: ['vip', 'new'] }, { tags: ['old', 'vip'] }, null],
  ['none of the tags', zendesk, { tags: ['vip', 'new'] }, { tags: [] }, 'none of the tags vip, new is there'],
  ['an excluded tag', jira, { withoutTags: ['spam'] }, { tags: ['a', 'Spam'] }, 'excluded by tag Spam'],
  ['a filter of another vendor, stored by an earlier release', jira, { brands: ['7'] }, { project: ['SUP'] }, null],
])('%s', (_, { filters: known }, filters, place, expected) =>
  expect(outsideFilters(place, filters, known)).toBe(expected),
)
