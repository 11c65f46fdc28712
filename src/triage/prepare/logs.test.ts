import { expect, test } from 'vitest'
import { Dropped } from './dropped.ts'
import { shortenLogs } from './logs.ts'
import { withoutRepeats } from './repeats.ts'
import { isTranscript, tidyTranscript } from './transcript.ts'

const shorten = (text: string) => shortenLogs(text, new Dropped())

test('a stack trace keeps its head, first frames, cause and end', () => {
  const frames = (name: string, n: number) =>
    Array.from({ length: n }, (_, i) => `\tat com.example.${name}${i}.run(${name}.java:${i + 10})`)
  const trace = [
    'java.lang.IllegalStateException: boom E-1042',
    ...frames('Outer', 30),
    'Caused by: java.sql.SQLException: refused',
    ...frames('Inner', 30),
    '\t... 17 more',
  ]
  const short = shorten(trace.join('\n')).split('\n')
  expect(short.length).toBeLessThan(20)
  expect(short[0]).toBe(trace[0])
  expect(short.at(-1)).toBe('\t... 17 more')
  expect(short).toContain('Caused by: java.sql.SQLException: refused')
})

test('a log keeps first and last lines and each kind of error once', () => {
  const lines = Array.from(
    { length: 200 },
    (_, i) => `2024-05-01 12:00:${String(i % 60).padStart(2, '0')} INFO heartbeat ${i}`,
  )
  lines[90] = '2024-05-01 12:01:30 ERROR 0x8007 disk full'
  const short = shorten(`It fails:\n${lines.join('\n')}\nWhat now?`)
  expect(short).toContain('It fails:')
  expect(short).toContain('ERROR 0x8007 disk full')
  expect(short).toContain('heartbeat 0')
  expect(short).toContain('heartbeat 199')
  expect(short).toContain('What now?')
  expect(short.split('\n').length).toBeLessThan(12)
})

test('short logs and prose stay as they are', () => {
  const text = 'at noon it failed\nat one it worked\n2024-05-01 12:00:00 ERROR x\nthe end'
  expect(shorten(text)).toBe(text)
})

test.each([
  ['shouting', 'Help!!!!!!!! nooooooo', 'Help!!! nooo'],
  ['a word again and again', 'down down down down now', 'down down now'],
  ['equal lines', 'the line is dead again\nok\nthe line is dead again\nok', 'the line is dead again\nok\nok'],
  ['digits repeat by right', 'code 00000000', 'code 00000000'],
])('repeats: %s', (_, text, expected) => expect(withoutRepeats(text, new Dropped())).toBe(expected))

test('a transcript loses its clock and names each speaker once for turns in a row', () => {
  const turns = [
    '[00:01] Agent: Hello',
    '[00:04] Agent: Who is there?',
    '[00:09] Client: Me',
    '[00:12] Agent: Yes?',
    '[00:15] Client: No internet',
    '[00:20] Agent: Since when?',
    '[00:30] Client: Monday',
  ]
  expect(isTranscript(turns.join('\n'))).toBe(true)
  expect(tidyTranscript(turns.join('\n'), new Dropped())).toBe(
    'Agent: Hello\nWho is there?\nClient: Me\nAgent: Yes?\nClient: No internet\nAgent: Since when?\nClient: Monday',
  )
  expect(isTranscript('Name: Ann\nRoom: 2\nError: 5\nFloor: 3\nPlan: x\nCity: y')).toBe(false)
})
