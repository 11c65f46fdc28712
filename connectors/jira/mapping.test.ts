import { describe, expect, test } from 'vitest'
import { Mapping, partsOf, type SingleTarget, Target } from '../../src/contract/index.ts'
import { noteToAdf, plainText } from './adf.ts'
import { fromVendor, rawOf, statesFrom, toVendor } from './mapping.ts'

const target = (input: unknown) => partsOf(Target.parse(input))[0]!
const stateOf = (where: SingleTarget, value: unknown) =>
  statesFrom(Mapping.parse({ fields: { service: where } }), { service: rawOf(where, value) }).service
const select = target({
  to: 'field',
  id: 'customfield_1',
  type: 'select',
  values: { vpn: '10', tv: '11' },
  blank: ['19'],
})
const cascading = target({ to: 'field', id: 'customfield_2', type: 'cascading', values: { dsl: '20/21', net: '20' } })
const label = target({ to: 'label', prefix: 'svc-', values: { vpn: 'remote' } })
const component = target({ to: 'component', values: { network: '30', mobile: '31' } })
const priority = target({ to: 'priority', values: { high: '2', normal: '3' }, blank: ['3'] })

describe('what a field holds', () => {
  test.each([
    ['an option by id', select, { id: '10', value: 'VPN' }, { value: 'vpn', raw: '10', blank: false }],
    ['an option with a number for id', select, { id: 10 }, { value: 'vpn', raw: '10', blank: false }],
    ['an option nobody mapped', select, { id: '12' }, { value: null, raw: '12', blank: false }],
    ['an option nobody chose', select, { id: '19' }, { value: null, raw: '19', blank: true }],
    ['nothing', select, null, { value: null, raw: null, blank: true }],
    [
      'a multi-select with one of our options',
      select,
      [{ id: '77' }, { id: '11' }],
      { value: 'tv', raw: '11', blank: false },
    ],
    [
      'a multi-select with none of ours',
      select,
      [{ id: '77' }, { id: '78' }],
      { value: null, raw: '77,78', blank: false },
    ],
    ['parent and child', cascading, { id: '20', child: { id: '21' } }, { value: 'dsl', raw: '20/21', blank: false }],
    ['a parent alone', cascading, { id: '20' }, { value: 'net', raw: '20', blank: false }],
    ['the default priority', priority, { id: '3', name: 'Medium' }, { value: 'normal', raw: '3', blank: true }],
    ['labels of others', label, ['vip'], { value: null, raw: null, blank: true }],
    ['our label among others', label, ['vip', 'svc-tv'], { value: 'tv', raw: 'svc-tv', blank: false }],
    ['a label by its own name', label, ['remote'], { value: 'vpn', raw: 'remote', blank: false }],
    ['two of our labels, which is not an answer', label, ['svc-tv', 'remote'], { raw: 'svc-tv,remote', blank: false }],
    ['components of others', component, [{ id: '99' }], { value: null, raw: null, blank: true }],
    ['our component', component, [{ id: '99' }, { id: '31' }], { value: 'mobile', raw: '31', blank: false }],
    ['a field of an unexpected type', select, 7, { value: null, raw: '7', blank: false }],
  ])('%s', (_, where, vendor, expected) => {
    expect(stateOf(where, vendor)).toMatchObject(expected)
  })
})

test.each([
  [select, 'vpn', '10'],
  [select, 'fax', null],
  [select, 'constructor', null],
  [label, 'vpn', 'remote'],
  [label, 'tv', 'svc-tv'],
  [label, 'two words', null],
  [target({ to: 'label' }), 'tv', null],
  [target({ to: 'field', id: 'x', type: 'text', values: {} }), 'anything', 'anything'],
  [target({ to: 'field', id: 'x', type: 'text', values: { a: 'A' } }), 'b', null],
])('a value that the mapping lacks is never guessed (%#)', (where, value, raw) => {
  expect(toVendor(where, value)).toBe(raw)
  if (raw !== null) expect(fromVendor(where, raw)).toBe(value)
})

test('a note becomes a document without empty parts, which Jira refuses', () => {
  const note = {
    title: 'Routed',
    lines: [
      { name: 'Service', text: 'vpn' },
      { name: '', text: '' },
      { name: '', text: 'only text' },
    ],
    link: 'https://pointsman.test/d/1',
  }
  const adf = noteToAdf(note)
  expect(JSON.stringify(adf)).not.toContain('"text":""')
  expect(adf.content.map(({ content }) => content.map(({ text }) => text).join(''))).toEqual([
    'Routed',
    'Service: vpn',
    'only text',
    'https://pointsman.test/d/1',
  ])
})

test('a very deeply nested document does not exhaust the stack', () => {
  let node: Record<string, unknown> = { type: 'text', text: 'deep' }
  for (let depth = 0; depth < 50_000; depth++) node = { type: 'paragraph', content: [node] }
  expect(plainText(node)).toBe('')
})
