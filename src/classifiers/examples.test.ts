import { expect, test } from 'vitest'
import type { LabelledTicket } from '../contract/index.ts'
import { buildIndex } from './examples.ts'

const ticket = (id: string, subject: string, text: string, service: string): LabelledTicket => ({
  ...{ id, subject, text, labels: { service } },
})
const index = buildIndex([
  ticket('1', 'Printer', 'The printer on floor two prints blank pages', 'printer'),
  ticket('2', 'VPN', 'The tunnel drops every hour when I work from home', 'vpn'),
  ticket('3', 'VPN again', 'My tunnel drops since the update', 'vpn'),
  ticket('4', 'Принтер', 'Принтер не печатает, замялась бумага', 'printer'),
])
const any = () => true

test('the most similar tickets come first, at most as many as asked for', () => {
  const found = index.nearest({ subject: 'VPN', text: 'tunnel drops at home every hour' }, 2, any)
  expect(found.map(({ subject }) => subject)).toEqual(['VPN', 'VPN again'])
  expect(index.nearest({ subject: '', text: 'принтера бумага замялась' }, 1, any)[0]?.labels).toEqual({
    service: 'printer',
  })
})

test('a ticket unlike all others has no example, and a ticket with missing labels is not an example', () => {
  expect(index.nearest({ subject: '', text: 'zebra quagga marmalade' }, 3, any)).toEqual([])
  expect(index.nearest({ subject: 'VPN', text: 'tunnel drops' }, 3, ({ service }) => service !== 'vpn')).toEqual([])
  expect(buildIndex([]).nearest({ subject: 'VPN', text: 'tunnel' }, 3, any)).toEqual([])
})
