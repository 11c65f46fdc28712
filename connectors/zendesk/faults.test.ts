import { expect, test } from 'vitest'
import { faultOf } from './faults.ts'

const now = new Date('2026-10-05T12:00:00Z')
const answer = (status: number, body: unknown, method = 'PUT') => ({
  method,
  path: '/api/v2/tickets/5',
  status,
  headers: new Headers(),
  text: typeof body === 'string' ? body : JSON.stringify(body),
})

test('the fields that Zendesk refuses have its reasons', () => {
  const details = {
    base: [{ description: 'Assignee: is required when solving a ticket', error: 'BlankValue' }],
    priority: [{ description: 'one' }, { description: 'two' }],
  }
  const fault = faultOf(answer(422, { error: 'RecordInvalid', description: 'Record validation errors', details }), now)
  expect(fault).toMatchObject({
    fault: 'invalid',
    fields: { base: 'Assignee: is required when solving a ticket', priority: 'one; two' },
  })
  expect(fault.message).toContain('Record validation errors')
})

test.each([
  ['under status', { details: { status: [{ description: 'Status: closed prevents ticket update' }] } }],
  ['under base', { details: { base: [{ description: 'Status: closed prevents ticket update' }] } }],
  ['by a code', { details: { status: [{ type: 'closed_prevents_ticket_update' }] } }],
  ['by an error name', { details: { status: [{ error: 'ClosedTicket' }] } }],
])('a closed ticket is the fault `gone`, reported %s', (_, body) => {
  expect(faultOf(answer(422, { error: 'RecordInvalid', ...body }), now)).toMatchObject({ fault: 'gone', retry: false })
})

test('a field whose name resembles the error of a closed ticket is only invalid', () => {
  const details = { '501': [{ description: 'closed is not an option' }] }
  expect(faultOf(answer(422, { error: 'RecordInvalid', details }), now)).toMatchObject({ fault: 'invalid' })
})

test.each([
  ['an object', { error: { title: 'Forbidden', message: 'No access.' } }, 'Forbidden - No access.'],
  ['a text', { error: "Couldn't authenticate you" }, "Couldn't authenticate you"],
  ['a list', [], ''],
  ['unexpected details', { details: { a: 'text', b: [null], c: 5 } }, ''],
  ['not JSON', 'busy', ''],
])('an error that is %s becomes one line', (_, body, words) => {
  const { message } = faultOf(answer(403, body, 'GET'), now)
  expect(message).toBe(`Zendesk answered 403 to GET /api/v2/tickets/5${words && `: ${words}`}`)
})
