import { expect, test } from 'vitest'
import { readMail } from './read-mail.ts'

test.each([
  [
    'a mail with its headers',
    'From: Ann <ann@example.com>\r\nTo: help@example.com\r\nSubject: The cable\r\nDate: Mon, 2 Nov 2026\r\n\r\nIt is dead.\r\nPlease help.',
    { subject: 'The cable', text: 'It is dead.\nPlease help.' },
  ],
  ['a Russian one', 'От: Анна\nТема: Кабель\n\nНе работает.', { subject: 'Кабель', text: 'Не работает.' }],
  ['a subject alone', 'Subject: The cable\n\nIt is dead.', { subject: 'The cable', text: 'It is dead.' }],
  [
    'a subject that goes on in the next line',
    'Subject: The cable\n of my house\nFrom: Ann\n\nIt is dead.',
    { subject: 'The cable of my house', text: 'It is dead.' },
  ],
  ['a text is none', 'Hello, the cable is dead.', null],
  ['nor is one with a colon', 'Hello: the cable is dead.\nSubject: none', null],
  ['nor one that speaks of a subject', 'Subject: is what I mean\nthe cable', null],
])('%s', (_, pasted, expected) => expect(readMail(pasted)).toEqual(expected))
