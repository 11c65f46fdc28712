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

test('frames that name their jar are recognised, and the cause deep in the trace stays', () => {
  const frames = (part: string, n: number) =>
    Array.from({ length: n }, (_, i) => `\tat com.acme.${part}.Layer.call${i}(Layer.java:${40 + i}) ~[app-2.1.jar:2.1]`)
  const trace = [
    '2024-03-12 08:12:01.123 ERROR [http-nio-8080-exec-3] c.a.OrderController - Order failed',
    'org.springframework.web.util.NestedServletException: Request processing failed',
    ...frames('web', 25),
    'Caused by: java.lang.RuntimeException: wrapper',
    ...frames('svc', 25),
    '\t... 12 common frames omitted',
    'Caused by: org.postgresql.util.PSQLException: FATAL: remaining connection slots are reserved (SQLSTATE 53300)',
    ...frames('db', 20),
    '\t... 40 common frames omitted',
  ]
  const short = shorten(trace.join('\n'))
  expect(short.split('\n').length).toBeLessThan(22)
  expect(short).toContain('PSQLException: FATAL: remaining connection slots')
  expect(short).toContain('RuntimeException: wrapper')
})

test('the last frame of a Python trace, which failed, stays', () => {
  const frames = Array.from({ length: 12 }, (_, i) => [
    `  File "/srv/app/job.py", line ${i}, in step${i}`,
    `    run(${i})`,
  ])
  const trace = ['Traceback (most recent call last):', ...frames.flat(), 'ConnectionRefusedError: [Errno 111] refused']
  const short = shorten(
    [...trace, '', 'During handling of the above exception, another exception occurred:', '', ...trace].join('\n'),
  )
  expect(short).toContain('line 11, in step11')
  expect(short).not.toContain('step7')
})

test.each([
  [
    'JSON',
    (i: number) => `{"ts":"2024-03-12T08:12:${i}Z","level":"info","msg":"poll ${i}"}`,
    '{"ts":"2024-03-12T08:13:00Z","level":"error","msg":"upstream 503","code":"E_UPSTREAM"}',
  ],
  [
    'access logs',
    (i: number) =>
      `10.0.0.${i} - - [12/Mar/2024:08:12:${i} +0000] "GET /items/${i} HTTP/1.1" 200 512 "-" "Mozilla/5.0"`,
    '10.0.0.9 - - [12/Mar/2024:08:12:17 +0000] "GET /items/17 HTTP/1.1" 502 512 "-" "Mozilla/5.0"',
  ],
  [
    'ping',
    (i: number) => `64 bytes from 8.8.8.8: icmp_seq=${i} ttl=118 time=${i} ms`,
    'Request timeout for icmp_seq 21',
  ],
])('%s: lines of one form are a log in any format', (_, line, odd) => {
  const lines = Array.from({ length: 40 }, (_, i) => line(i))
  const short = shorten(['It stalls:', ...lines.slice(0, 20), odd, ...lines.slice(20), 'Why?'].join('\n'))
  expect(short.split('\n').length).toBeLessThan(10)
  for (const kept of ['It stalls:', line(0), odd, line(39), 'Why?']) expect(short).toContain(kept)
})

test('a price list is not a log', () => {
  const list = [
    'Basic | 300 | yes',
    'Office | 900 | yes',
    'Fibre 500 | 1200 | no',
    'TV | 150 | no',
    'Phone | 90 | no',
    'IP | 60 | no',
  ]
  expect(shorten(list.join('\n'))).toBe(list.join('\n'))
})

test('short logs and prose stay as they are', () => {
  const text = 'at noon it failed\nat one it worked\n2024-05-01 12:00:00 ERROR x\nthe end'
  expect(shorten(text)).toBe(text)
})

test.each([
  ['runs of a character', 'Help!!!!!!!! nooooooo', 'Help!!! nooo'],
  ['a repeated word', 'down down down down now', 'down down now'],
  ['equal lines', 'the line is dead again\nok\nthe line is dead again\nok', 'the line is dead again\nok\nok'],
  ['repeated digits stay', 'code 00000000', 'code 00000000'],
])('repeats: %s', (_, text, expected) => expect(withoutRepeats(text, new Dropped())).toBe(expected))

test('a transcript loses its times, and consecutive turns of a speaker share one name', () => {
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
  const masked = ['10:01 Оператор <NAME_1>: Минутку', '10:02 Клиент: нет гудка'].join('\n')
  expect(tidyTranscript(`${masked}\n${masked}\n${masked}`, new Dropped()).split('\n')[0]).toBe(
    'Оператор <NAME_1>: Минутку',
  )
  const dated = [
    '[12.03.2024 10:01] Анна: добрый день',
    '[12/03/24, 10:01:22] Клиент: нет гудка',
    '2024-03-12 10:03 Анна: номер?',
  ]
  expect(
    tidyTranscript([...dated, ...dated].join('\n'), new Dropped())
      .split('\n')
      .slice(0, 3),
  ).toEqual(['Анна: добрый день', 'Клиент: нет гудка', 'Анна: номер?'])
  expect(isTranscript('Name: Ann\nRoom: 2\nError: 5\nFloor: 3\nPlan: x\nCity: y')).toBe(false)
})

test('a chat copied with names above the turns is a transcript too', () => {
  const copied = [1, 2, 3]
    .map((i) => `Tom Miller  10:0${i} AM\nthe VPN kicks me out ${i}\n\nAnna Support  10:0${i} AM\nsince when ${i}?\n`)
    .join('\n')
  expect(tidyTranscript(copied, new Dropped()).split('\n').slice(0, 2)).toEqual([
    'Tom Miller: the VPN kicks me out 1',
    'Anna Support: since when 1?',
  ])
})
