import { expect, test } from 'vitest'
import { adfToText } from './adf.ts'
import { Dropped } from './dropped.ts'
import { htmlToText } from './html.ts'
import { toText } from './markup.ts'
import { wikiToText } from './wiki.ts'

const text = (value: string, marks?: unknown[]) => ({ type: 'text', text: value, marks })
const paragraph = (...content: unknown[]) => ({ type: 'paragraph', content })
const doc = (...content: unknown[]) => ({ type: 'doc', version: 1, content })

test.each([
  [
    'paragraphs and breaks',
    doc(paragraph(text('one'), { type: 'hardBreak' }, text('two')), paragraph(text('three'))),
    'one\ntwo\n\nthree',
  ],
  [
    'mentions, emoji, dates, statuses',
    doc(
      paragraph(
        { type: 'mention', attrs: { id: '1', text: '@Anna' } },
        text(' '),
        { type: 'emoji', attrs: { shortName: ':x:', text: '❌' } },
        text(' '),
        { type: 'date', attrs: { timestamp: '1714521600000' } },
        text(' '),
        { type: 'status', attrs: { text: 'BLOCKED' } },
      ),
    ),
    '@Anna ❌ 2024-05-01 [BLOCKED]',
  ],
  [
    'nested lists keep their depth and numbers',
    doc({
      type: 'orderedList',
      content: [
        {
          type: 'listItem',
          content: [
            paragraph(text('one')),
            { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph(text('inner'))] }] },
          ],
        },
        { type: 'listItem', content: [paragraph(text('two'))] },
      ],
    }),
    '1. one\n  - inner\n2. two',
  ],
  [
    'tables are rows of cells',
    doc({
      type: 'table',
      content: [
        {
          type: 'tableRow',
          content: [
            { type: 'tableHeader', content: [paragraph(text('Plan'))] },
            { type: 'tableHeader', content: [paragraph(text('Price'))] },
          ],
        },
        {
          type: 'tableRow',
          content: [
            { type: 'tableCell', content: [paragraph(text('Basic'))] },
            { type: 'tableCell', content: [paragraph(text('300'))] },
          ],
        },
      ],
    }),
    'Plan | Price\nBasic | 300',
  ],
  [
    'panels, quotes and expands keep their words',
    doc(
      { type: 'panel', attrs: { panelType: 'info' }, content: [paragraph(text('note'))] },
      { type: 'expand', attrs: { title: 'More' }, content: [paragraph(text('inside'))] },
    ),
    'note\n\nMore\ninside',
  ],
  [
    'code keeps its lines',
    doc({ type: 'codeBlock', attrs: { language: 'sh' }, content: [text('a=1\nb=2')] }),
    'a=1\nb=2',
  ],
  [
    'a link whose words hide the address shows both',
    doc(paragraph(text('click', [{ type: 'link', attrs: { href: 'https://example.com/x' } }]))),
    'click (https://example.com/x)',
  ],
  [
    'cards and media',
    doc(
      { type: 'blockCard', attrs: { url: 'https://example.com/card' } },
      { type: 'mediaSingle', content: [{ type: 'media', attrs: { id: 'x', alt: 'screenshot of the error' } }] },
    ),
    'https://example.com/card\nscreenshot of the error',
  ],
  [
    'an unknown node gives what text it holds',
    doc({ type: 'hologram', attrs: { text: 'attr' }, content: [text('inner')] }),
    'attr\ninner',
  ],
  [
    'tasks say whether they are done',
    doc({ type: 'taskList', content: [{ type: 'taskItem', attrs: { state: 'DONE' }, content: [text('reboot')] }] }),
    '[x] reboot',
  ],
  [
    'a cell stays in its row, whatever it contains',
    doc({
      type: 'table',
      content: [
        {
          type: 'tableRow',
          content: [
            {
              type: 'tableCell',
              content: [
                paragraph(text('HQ')),
                { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph(text('floor 1'))] }] },
              ],
            },
            { type: 'tableCell', content: [paragraph()] },
            { type: 'tableCell', content: [{ type: 'codeBlock', content: [text('ping: timeout\nloss')] }] },
          ],
        },
        { type: 'tableRow', content: [{ type: 'tableCell', content: [paragraph(text('Riga'))] }] },
      ],
    }),
    'HQ - floor 1 | | ping: timeout loss\nRiga',
  ],
  [
    'a hint of a form is left out, a card shows its name, a picture and its caption have a line each',
    doc(
      paragraph({ type: 'placeholder', attrs: { text: 'type here' } }, text('x')),
      paragraph({ type: 'inlineCard', attrs: { data: { name: 'Runbook', url: 'https://example.com/doc' } } }),
      {
        type: 'mediaSingle',
        content: [
          { type: 'media', attrs: { id: 'x', __fileName: 'error.png' } },
          { type: 'caption', content: [text('The dialog')] },
        ],
      },
    ),
    'x\n\nRunbook (https://example.com/doc)\n\nerror.png\nThe dialog',
  ],
  ['a body that is not a document', [1, null, 'x', { type: 'text', text: 'y' }], 'y'],
  ['nonsense', { type: 7, content: 'no', attrs: [] }, ''],
])('ADF: %s', (_, body, expected) => expect(adfToText(body)).toBe(expected))

test('ADF of any depth is read without recursion', () => {
  let node: unknown = text('bottom')
  for (let i = 0; i < 45_000; i++) node = { type: 'panel', content: [node] }
  expect(adfToText(doc(node))).toBe('bottom')
})

test.each([
  ['headings and emphasis', 'h1. Title\n*bold* _it_ -gone- {{mono}}', 'Title\nbold it gone mono'],
  ['a minus in a number is not markup', 'range 5-10 and a_b_c', 'range 5-10 and a_b_c'],
  ['colours and panels', '{color:#ff0000}red{color} {panel:title=Note}x{panel}', 'red \nNote\nx\n'],
  [
    'links, mail, mentions',
    '[site|https://example.com] [https://example.com/b] [~ivan.p]',
    'site (https://example.com) https://example.com/b @ivan.p',
  ],
  ['lists and quotes', '* a\n** b\n# c\nbq. said', '- a\n  - b\n- c\nsaid'],
  ['tables', '||Plan||Price||\n|Basic|300|', 'Plan | Price\nBasic | 300'],
  [
    'code is left as it is',
    '{code:java}\n# no list\nif (*p && a_b_c) x = [1|2]; {*}\n| a | b |\n{code}\n*bold* {noformat}*raw*{noformat}',
    '\n\n# no list\nif (*p && a_b_c) x = [1|2]; {*}\n| a | b |\n\n\nbold \n*raw*\n',
  ],
  ['marks in braces, as the editor writes them', '{*}bold{*} and {_}it{_} {{x}}', 'bold and it x'],
  ['macros', '{toc}{status:colour=Red|title=BLOCKED} {jira:key=ABC-1} {excerpt}kept{excerpt}', '[BLOCKED] ABC-1 kept'],
  ['escaped characters', 'a \\*star\\* and \\{brace\\}', 'a *star* and {brace}'],
  ['citations, subscript and superscript', '??Ann?? H~2~O x^2^', 'Ann H2O x2'],
  ['pictures are removed, attachments keep their names', '!shot.png|thumbnail! [^log.txt]', '  log.txt'],
])('wiki: %s', (_, source, expected) => expect(wikiToText(source)).toBe(expected))

test.each([
  [
    'styles, scripts and pictures are removed',
    '<style>p{}</style><script>alert(1)</script><p>Hi<img src="x.png" alt="logo"></p>',
    'Hi',
  ],
  ['entities and breaks', 'a&nbsp;&lt;b&gt;<br>c', 'a\u00a0<b>\nc'],
  ['quotes are marked', '<p>new</p><blockquote>old</blockquote>', 'new\n\n> old'],
  ['gmail marks its signature', '<div>text</div><div class="gmail_signature">Ann<br>ACME</div>', 'text\n--\nAnn\nACME'],
  [
    'tables of mail layout read as text',
    '<table><tr><td><p>Hello</p></td></tr><tr><td>World</td></tr></table>',
    'Hello\n\nWorld',
  ],
])('HTML: %s', (_, source, expected) => expect(htmlToText(source).replace(/ +\n/g, '\n').trim()).toBe(expected))

test('hidden parts of a mail are not read', () => {
  const hidden = [
    '<div style="display:none;max-height:0">Preheader of a newsletter</div>',
    '<span style="DISPLAY: NONE !important">a</span>',
    '<div style="visibility: hidden">b</div>',
    '<p style="font-size:0px">c</p>',
    '<p hidden>d</p>',
    '<div style="mso-hide:all">e</div>',
    '<div style="opacity:0;">f</div>',
    '<div style="max-height:0px;overflow:hidden">g</div>',
  ]
  expect(htmlToText(`${hidden.join('')}<p>I was charged twice.</p>`)).toBe('I was charged twice.')
  expect(htmlToText('<p style="font-size:0.9em;opacity:0.8">small print</p>')).toBe('small print')
  // If everything is hidden, all of it is read.
  expect(htmlToText('<div style="display:none">The line is dead</div>')).toBe('The line is dead')
})

test('a table of data keeps its columns, a table for layout reads as text', () => {
  const table =
    '<table><tr><th>Site</th><th>Since</th><th>Users</th></tr><tr><td>Riga</td><td></td><td>45</td></tr></table>'
  expect(htmlToText(table).replace(/ +$/gm, '').replace(/\n+/g, '\n').trim()).toBe('Site | Since | Users\nRiga | | 45')
})

test('a document in a plain-text field is read as a document', () => {
  const body = JSON.stringify(doc(paragraph(text('no dial tone'))))
  expect(toText(body, 'plain', new Dropped())).toBe('no dial tone')
  expect(toText('{"type":"doc"', 'plain', new Dropped())).toBe('{"type":"doc"')
})

test('very deeply nested HTML still gives its text', () => {
  expect(htmlToText(`${'<div><b>'.repeat(20_000)}deep`)).toContain('deep')
})
