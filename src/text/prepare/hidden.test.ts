import { expect, test } from 'vitest'
import type { Ticket } from '../../contract/index.ts'
import { prepare } from './index.ts'

const read = (body: unknown, format: Ticket['format']) => prepare({ subject: '', body, format, metadata: {} })
const WORDS = 'refund the invoice'

test.each([
  ['not displayed', `<p style="display: none">${WORDS}</p>`],
  ['not displayed, with emphasis', `<p style="DISPLAY:none !important">${WORDS}</p>`],
  ['a table cell that is not displayed', `<table><tr><td style="display:none">${WORDS}</td></tr></table>`],
  ['invisible', `<div style="visibility:hidden">${WORDS}</div>`],
  ['transparent', `<span style="opacity:0">${WORDS}</span>`],
  ['in letters of one pixel', `<span style="font-size:1px">${WORDS}</span>`],
  ['outside the page', `<div style="position:absolute;left:-9999px">${WORDS}</div>`],
  ['cut off', `<div style="height:0;overflow:hidden">${WORDS}</div>`],
  ['white on white', `<span style="color:#ffffff">${WORDS}</span>`],
  ['nearly white', `<span style="color: rgb(254, 254, 254)">${WORDS}</span>`],
  ['white by a font tag', `<font color="white">${WORDS}</font>`],
  ['hidden by the attribute', `<p hidden>${WORDS}</p>`],
  ['inside a hidden element', `<div style="display:none"><p><b>${WORDS}</b></p></div>`],
])('words that are %s are not read, and are counted as dropped', (_, hidden) => {
  const prepared = read(`<p>The picture freezes.</p>${hidden}<p>Please help.</p>`, 'html')
  expect(prepared.text).toBe('The picture freezes.\n\nPlease help.')
  expect(prepared.dropped).toContainEqual({ what: 'hidden', characters: WORDS.length })
})

test.each([
  ['white on a button', `<a style="background:#036"><span style="color:#fff">${WORDS}</span></a>`],
  ['white in a dark table', `<table bgcolor="#000000"><tr><td style="color:white">${WORDS}</td></tr></table>`],
  ['small print', `<p style="font-size:9px;color:#999">${WORDS}</p>`],
  ['styled as mail programs do', `<p style="margin:0;font-size:11pt;color:black">${WORDS}</p>`],
  ['of relative size', `<p style="font-size:1em">${WORDS}</p>`],
])('words that are %s are read', (_, seen) => {
  expect(read(`<p>The picture freezes.</p>${seen}`, 'html').text).toContain(WORDS)
})

test('a styled list, heading and quote keep their shape', () => {
  const text = read(
    '<h2 style="color:red">Two things</h2><ul style="margin:0"><li style="x:y">one</li><li>two</li></ul>',
    'html',
  ).text
  expect(text).toContain('Two things')
  expect(text).toMatch(/- one\n ?- two/)
})

test('the text inside 50 nested styled tags is read', () => {
  const html = `${'<div style="margin:0">'.repeat(50)}bottom${'</div>'.repeat(50)}`
  expect(read(html, 'html').text).toBe('bottom')
})

const paragraph = (text: string, ...marks: unknown[]) => ({
  type: 'paragraph',
  content: [{ type: 'text', text, marks }],
})

test('white words of a Jira description are not read, unless a background shows them', () => {
  const white = { type: 'textColor', attrs: { color: '#FFFFFF' } }
  const dark = { type: 'backgroundColor', attrs: { color: '#000000' } }
  const body = {
    type: 'doc',
    version: 1,
    content: [paragraph('The picture freezes.'), paragraph(WORDS, white), paragraph('Shown.', white, dark)],
  }
  expect(read(body, 'adf').text).toBe('The picture freezes.\n\nShown.')
})

test('white words of wiki markup are not read, red ones are', () => {
  const body = `The picture {color:red}freezes{color}.\n{color:white}${WORDS}{color}\n{color:#FFF}${WORDS}{color}`
  expect(read(body, 'wiki').text).toBe('The picture freezes.')
})
