/** What is shown while a helpdesk is read. */
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { openProgress } from './progress.ts'

function shown(isTTY: boolean): string {
  const output = Object.assign(new PassThrough(), { isTTY })
  const { update, end } = openProgress(output)
  for (const done of [0, 40, 120, 130, 250]) update('helpdesk', done, 260)
  update('solved tickets', 4, 8)
  end()
  return String(output.read())
}

test('no terminal: a line for each step and each hundred', () => {
  expect(shown(false).split('\n')).toEqual([
    'Reading the helpdesk ...',
    '  120 of 260 so far',
    '  250 of 260 so far',
    'Reading the solved tickets ...',
    '',
  ])
})
test('on a terminal: a bar for each step', () => {
  expect(shown(true)).toMatch(/Reading the helpdesk \[.*\] 250 of 260[\s\S]*Reading the solved tickets \[.*\] 4 of 8/)
})
