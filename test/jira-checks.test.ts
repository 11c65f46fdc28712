/** What Jira shows of its fields and projects, and what a mapping that does not fit is told. */
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { jira } from '../connectors/jira/index.ts'
import { checkJira, type Open, SUP } from './support/jira-check.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const check = (mapping: unknown, options?: Open) => checkJira(server, mapping, options)

const HR = { key: 'HR', name: 'Personnel', type: 'service_desk' as const }
const REFERENCE = { id: 'customfield_70', name: 'Area', kind: 'select' as const }
const area = (values: object) => ({ to: 'field', id: 'customfield_70', type: 'select', values })
const priority = (normal: string, high: string, ...blank: string[]) => ({
  to: 'priority',
  values: { normal, high },
  blank,
})

describe('options', () => {
  const options = [
    { id: '700', value: 'Internet', where: ['SUP'] },
    { id: '701', value: 'Mobile', where: ['SUP'] },
    { id: '800', value: 'Internet', where: ['HR'] },
    { id: '801', value: 'Mobile', where: ['HR'] },
  ]
  const fields = [{ ...REFERENCE, options }]
  const mapping = { fields: { service: area({ internet: '700', mobile: '701' }) } }

  test('belong to the context of a project: the other one needs a connection of its own', async () => {
    const { faults, metadata } = await check(mapping, { projects: [SUP, HR], fields })
    expect(metadata.fields.find(({ id }) => id === 'customfield_70')).toMatchObject({
      writeAs: ['select'],
      where: ['SUP', 'HR'],
      optionsComplete: true,
      options: [{ id: '700', where: ['SUP'] }, { id: '701' }, { id: '800', where: ['HR'] }, { id: '801' }],
    })
    expect(faults).toMatchObject([
      {
        path: 'fields.service.values.internet',
        message: 'Area has no option Internet (700) in HR: there, Internet is 800 in HR.',
        next: expect.stringContaining('one connection for each project'),
      },
      { path: 'fields.service.values.mobile' },
    ])
  })

  test.each(['SUP', 'HR'])('of one project are checked for it alone: %s', async (project) => {
    const more = { filters: { projects: [project] } }
    const { paths } = await check(mapping, { projects: [SUP, HR], fields, more })
    const values = ['fields.service.values.internet', 'fields.service.values.mobile']
    expect(paths).toEqual(project === 'SUP' ? [] : values)
  })

  test('that are disabled are refused, and the active one of the same name is proposed', async () => {
    const both = [{ id: '699', value: 'Internet', disabled: true }, ...options.slice(0, 2)].map((one) => ({
      ...one,
      where: ['SUP'],
    }))
    const old = { fields: { service: area({ internet: '699', mobile: '701' }) } }
    const { faults } = await check(old, { fields: [{ ...REFERENCE, options: both }] })
    expect(faults).toMatchObject([
      { path: 'fields.service.values.internet', next: 'Use 700, the active option of this name.' },
    ])
  })
})

describe('screens', () => {
  test('of every issue type are read, each from its newest issue', async () => {
    const hidden = [{ field: 'customfield_10050', type: '10011', edit: true as const }]
    const mapping = {
      fields: { service: { ...area({ internet: '10400', mobile: '10401' }), id: 'customfield_10050' } },
    }
    const { metadata } = await check(mapping, { hidden })
    expect(metadata.missing).toMatchObject([
      { what: expect.stringContaining('Service (customfield_10050) on the edit screen of SUP for Incident') },
    ])
    expect(metadata.fields.find(({ id }) => id === 'customfield_10050')?.where).toEqual([])
  })

  test('of one issue type, where the filters let only that through', async () => {
    const hidden = [{ field: 'customfield_10050', type: '10011', edit: true as const }]
    const mapping = {
      fields: { service: { ...area({ internet: '10400', mobile: '10401' }), id: 'customfield_10050' } },
    }
    const more = { filters: { issueTypes: ['Service Request'] } }
    const { metadata } = await check(mapping, { hidden, more })
    expect(metadata.missing).toEqual([])
    expect(metadata.fields.find(({ id }) => id === 'customfield_10050')?.where).toEqual(['SUP'])
  })

  test('that nobody may see are named, and nothing on them is called missing', async () => {
    const mapping = { fields: { service: { ...area({ internet: '10400', mobile: '99' }), id: 'customfield_10050' } } }
    const { metadata, faults } = await check(mapping, {
      before: (sandbox) => {
        sandbox.fail({ path: /createmeta\/SUP\/issuetypes\/10011/, status: 403 })
        sandbox.site.issues.delete([...sandbox.site.issues.values()].find(({ type }) => type === '10011')!.id)
      },
    })
    expect(metadata.unread).toEqual([expect.stringContaining('The screens of SUP for Incident')])
    expect(faults).toEqual([])
  })

  test('that lack the assignee do not matter: it is assigned without a screen', async () => {
    const { metadata } = await check(
      { people: { Asta: '712020:00000000-0000-4000-8000-000000000001' } },
      { hidden: [{ field: 'assignee', edit: true }] },
    )
    expect(metadata.missing).toEqual([])
  })

  test('that lack the priority are named before the first ticket', async () => {
    const { metadata } = await check(
      { fields: { priority: priority('3', '2', '3') } },
      { hidden: [{ field: 'priority' }] },
    )
    expect(metadata.missing).toMatchObject([
      { what: expect.stringContaining('Priority (priority) on the edit screen') },
    ])
  })
})

describe('the priority', () => {
  const scheme = { ...SUP, priorities: ['1', '2', '4'], defaultPriority: '4' }

  test('follows the scheme of the project and its own default', async () => {
    const { metadata, paths } = await check({ fields: { priority: priority('4', '2', '4') } }, { projects: [scheme] })
    expect(paths).toEqual([])
    expect(metadata.priorities).toMatchObject([
      { id: '1', where: ['SUP'], defaultIn: [] },
      { id: '2', where: ['SUP'] },
      { id: '3', isDefault: true, where: [], defaultIn: [] },
      { id: '4', isDefault: false, where: ['SUP'], defaultIn: ['SUP'] },
      { id: '5', where: [] },
    ])
  })

  test('of the site is refused where the project lacks it, and its default is not demanded', async () => {
    const { faults } = await check({ fields: { priority: priority('3', '2', '3') } }, { projects: [scheme] })
    expect(faults).toMatchObject([
      { path: 'fields.priority.values.normal', message: 'The priority scheme of SUP does not have Medium (3).' },
      { path: 'fields.priority.blank', next: 'Add 4 to blank.' },
    ])
  })

  test('can have a default in each project', async () => {
    const projects = [scheme, HR]
    const fields = (...blank: string[]) => ({ fields: { priority: priority('4', '2', ...blank) } })
    expect((await check(fields('4'), { projects })).faults).toMatchObject([
      { path: 'fields.priority.blank', message: expect.stringContaining('in HR the priority Medium') },
    ])
    expect((await check(fields('4', '3'), { projects })).faults).toEqual([])
  })
})

test('an archived component is refused, and its successor named', async () => {
  const components = [
    { id: '1', name: 'Network', archived: true },
    { id: '2', name: 'Network' },
    { id: '3', name: 'Billing', project: 'HR' },
  ]
  const mapping = { group: { to: 'component', values: {} }, groups: { Network: '1', Billing: '3' } }
  const { faults } = await check(mapping, { projects: [SUP, HR], components })
  expect(faults).toMatchObject([
    { path: 'groups.Network', next: 'Use 2, the active component of this name.' },
    { path: 'groups.Billing', message: expect.stringContaining('in HR only, not in SUP') },
  ])
})

test('request types are listed, and a dead one is found', async () => {
  const fields = [{ id: 'customfield_71', name: 'Request Type', kind: 'requesttype' as const, options: [] }]
  const target = { to: 'field', id: 'customfield_71', type: 'request-type', values: { internet: '72', mobile: '9999' } }
  const { metadata, paths } = await check({ fields: { service: target } }, { fields })
  expect(metadata.fields.find(({ id }) => id === 'customfield_71')).toMatchObject({
    type: 'vp-origin',
    writeAs: ['request-type'],
    options: [
      { id: '72', name: 'Get IT help' },
      { id: '73', name: 'Request access' },
    ],
    optionsComplete: true,
  })
  expect(paths).toEqual(['fields.service.values.mobile'])
})

test('kinds that list no options are not asked for a screen', async () => {
  const kinds = ['team', 'userpicker', 'grouppicker', 'assets', 'labels', 'float', 'vote', 'securitylevel'] as const
  const fields = kinds.map((kind, n) => ({ id: `customfield_8${n}`, name: kind, kind, options: [] }))
  const team = { to: 'field', id: 'customfield_80', type: 'team', values: { internet: 't-1', mobile: 't-2' } }
  const { metadata, faults } = await check({ fields: { service: team } }, { fields })
  expect(faults).toEqual([])
  const listed = metadata.fields.filter(({ id }) => id.startsWith('customfield_8'))
  expect(listed.map(({ writeAs }) => writeAs)).toEqual([
    ['team'],
    ['user'],
    ['group'],
    ['assets'],
    ['labels'],
    ['number'],
    [],
    [],
  ])
  expect(listed.at(-1)).toMatchObject({ never: expect.any(String) })
})

test('rights that are missing have their cause', async () => {
  const { metadata } = await check({}, { before: ({ site }) => site.permissions.delete('EDIT_ISSUES') })
  expect(metadata.missing).toEqual([
    {
      what: 'EDIT_ISSUES in SUP: without it, no field can be written',
      next: 'Give our Jira account Edit Issues in project SUP.',
    },
  ])
})

test('an edit that Jira refuses for another field names it, and says what to do', async () => {
  const cost = {
    id: 'customfield_77',
    name: 'Cost centre',
    kind: 'textfield' as const,
    options: [],
    demanded: true as const,
  }
  const mapping = { fields: { service: { ...area({ internet: '10400', mobile: '10401' }), id: 'customfield_10050' } } }
  const { sandbox, connection } = await check(mapping, { fields: [cost] })
  const { id } = await sandbox.create({ subject: 'One', body: 'Text' })
  const decision = { decisionId: 'd-1', set: { service: 'mobile' }, note: null }
  await expect(jira.apply(connection, await jira.fetch(connection, id), decision)).rejects.toMatchObject({
    fault: 'invalid',
    fields: { customfield_77: 'Cost centre is required.' },
    next: expect.stringContaining('make it optional in the project'),
  })
})
