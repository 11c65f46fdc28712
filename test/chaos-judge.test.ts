/** The judge of `npm run chaos` sees what must not happen to a ticket. */
import { expect, test } from 'vitest'
import { judgeTicket } from './chaos/judge.ts'

const [SELF, AGENT] = ['self', 'agent']
const ticket = { id: '1', key: 'A-1', subject: '', body: '', fields: {}, status: 'open' }
let changes = 0
const change = (by: string, to: string | null, field = 'priority') => ({
  at: '2026-01-01T00:00:00Z',
  by,
  field,
  from: null,
  to,
  changeId: String(++changes),
})
const note = (author: string) => ({ id: '1', text: 'a note', public: false, author })

test.each([
  ['one write and one note', [change(SELF, 'high')], [note(SELF)], []],
  ['a person after us', [change(SELF, 'high'), change(AGENT, 'low')], [], []],
  ['a person overwritten', [change(AGENT, 'low'), change(SELF, 'high')], [], [/person had set it to "low"/]],
  ['a person overwritten and given back', [change(AGENT, 'low'), change(SELF, 'high'), change(SELF, 'low')], [], []],
  ['what a person emptied is filled', [change(AGENT, null), change(SELF, 'high')], [], [/set it to null/]],
  ['two writes', [change(SELF, 'high'), change(SELF, 'a', 'service')], [], [/^2 writes/]],
  ['two notes', [], [note(SELF), note(AGENT), note(SELF)], [/^2 notes/]],
])('%s', (_, history, comments, expected) => {
  const found = judgeTicket({ ...ticket, history, comments }, SELF, new Set([AGENT]))
  expect(found).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
})
