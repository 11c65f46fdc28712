import { expect, test } from 'vitest'
import { csvLine } from './csv.ts'

test.each([
  [['plain', 1, null], 'plain,1,\r\n'],
  [['a "quoted", one', 'two\nlines'], '"a ""quoted"", one","two\nlines"\r\n'],
  [['=1+1', '+7 900', '-1', '@now', '\tx'], `"'=1+1","'+7 900","'-1","'@now","'\tx"\r\n`],
  [[-1], '-1\r\n'],
])('%j', (values, line) => {
  expect(csvLine(values)).toBe(line)
})
