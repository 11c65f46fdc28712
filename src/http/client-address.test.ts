import { expect, test } from 'vitest'
import { readAllowed } from '../outbound/index.ts'
import { clientAddress } from './client-address.ts'

const ours = readAllowed(['10.0.0.0/8', '::1'])

test.each([
  ['nobody in between', '203.0.113.9', undefined, '203.0.113.9'],
  ['one of our proxies', '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['two of them', '::ffff:10.0.0.1', '203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['what the client itself wrote before', '10.0.0.1', '1.2.3.4, 203.0.113.9', '203.0.113.9'],
  ['somebody who only says so', '203.0.113.9', '1.2.3.4', '203.0.113.9'],
  ['a proxy that says nothing', '10.0.0.1', ' , ', '10.0.0.1'],
  ['a client inside', '10.0.0.1', '10.0.0.7', '10.0.0.7'],
  ['what is no address', '10.0.0.1', 'unknown', 'unknown'],
])('%s', (_, remote, forwarded, address) => {
  expect(clientAddress(remote, forwarded, ours.address)).toBe(address)
})
