import { describe, expect, test } from 'vitest'
import { type Connection, Mapping } from '../../src/contract/index.ts'
import type { ScreenField } from './answers.ts'
import { lackingRights, notEditable, unreadOf, unreadScreens } from './inspect-words.ts'
import type { ProjectScreens } from './screens.ts'

const named = (first: string, count: number) => Array.from({ length: count }, (_, n) => `${first}${n + 1}`)
const EMPTY: ScreenField[] = []
const service = { to: 'field', id: 'customfield_1', type: 'select', values: { vpn: '1' } }
// Only the mode and the mapping are read.
const connection = { mode: 'automate', mapping: Mapping.parse({ fields: { service } }) } as Connection

/** Projects whose issue types have neither screen, only the create screen, or both. */
const site = (projects: number, types: number, screens: { create: ScreenField[] | null; edit: ScreenField[] | null }) =>
  named('P', projects).map(
    (project): ProjectScreens => ({ project, types: named('Type ', types).map((name) => ({ name, ...screens })) }),
  )

describe('twenty projects of twelve issue types', () => {
  test('that lack a field on their edit screens are one line for the field', () => {
    const [only, ...others] = notEditable(connection, site(20, 12, { create: EMPTY, edit: EMPTY }), [])
    expect(others).toEqual([])
    expect(only!.what).toBe('customfield_1 on the edit screens of P1, P2, P3, P4 and 16 more: Jira refuses to write it')
  })

  test('of which some types lack it name a few of them', () => {
    const has = { id: 'customfield_1' } as ScreenField
    const screens = site(20, 12, { create: EMPTY, edit: EMPTY }).map(({ project, types }) => ({
      project,
      types: types.map((type, n) => (n === 0 ? { ...type, edit: [has] } : type)),
    }))
    const [only] = notEditable(connection, screens, [])
    expect(only!.what).toMatch(/of P1 for Type 2, Type 3, Type 4, Type 5 and 7 more, P2 for .* and 16 more: Jira/)
    expect(only!.what.length).toBeLessThan(350)
    expect(only!.next).toContain('name the other issue types in the filters')
  })

  test('whose screens were not read are one line', () => {
    const blind = unreadScreens(site(20, 12, { create: null, edit: null }))
    expect(blind).toHaveLength(1)
    expect(blind[0]).toMatch(/^The screens of P1 for Type 1, .* and 8 more; .*; and 17 more projects: our account/)
    const untested = unreadScreens(site(20, 12, { create: EMPTY, edit: null }))
    expect(untested).toEqual([expect.stringMatching(/^The edit screens of P1 .* 17 more projects: there is no issue/)])
  })

  test('in which we lack a right are one line for the right', () =>
    expect(
      lackingRights(
        ['EDIT_ISSUES', 'ADD_COMMENTS'],
        named('P', 20).map((project) => ({ project, granted: ['ADD_COMMENTS'] })),
      ),
    ).toEqual([
      {
        what: 'EDIT_ISSUES in P1, P2, P3, P4 and 16 more: without it, no field can be written',
        next: 'Give our Jira account Edit Issues in the projects P1, P2, P3, P4 and 16 more.',
      },
    ]))

  test('that did not answer are one line', () =>
    expect(
      unreadOf(
        'The components',
        named('P', 20).map((key) => ({ key, answer: null })),
      ),
    ).toEqual(['The components of P1, P2, P3, P4 and 16 more.']))
})
