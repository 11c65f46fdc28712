/** The building blocks of the page: tables, figures, panels. Pure. */
import type { Figure } from '../figures.ts'
import { percent } from '../format.ts'
import { type Child, inner, type Markup, tag } from './markup.ts'

/** The first cell of a row is its heading. The columns numbered in `text` are aligned to the left. */
export function dataTable(
  id: string,
  caption: string,
  note: string | null,
  head: string[],
  rows: Child[][],
  { text = [] }: { text?: number[] } = {},
): Markup {
  const alignment = (c: number) => (text.includes(c) ? 'text' : null)
  // A table that scrolls must be reachable by keyboard and have a name for screen readers.
  return tag(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': id },
    tag(
      'table',
      {},
      tag('caption', { id }, caption, note ? tag('small', {}, note) : null),
      tag('thead', {}, tag('tr', {}, ...head.map((name, c) => tag('th', { scope: 'col', class: alignment(c) }, name)))),
      tag(
        'tbody',
        {},
        ...rows.map(([first, ...cells]) =>
          tag(
            'tr',
            {},
            tag('th', { scope: 'row' }, first ?? ''),
            ...cells.map((cell, c) => tag('td', { class: alignment(c + 1) }, cell)),
          ),
        ),
      ),
    ),
  )
}

export function plot(caption: string, note: string, drawing: Markup | null, wide = false): Markup | null {
  if (!drawing) return null
  return tag('figure', { class: wide ? 'wide' : null }, tag('figcaption', {}, caption, tag('small', {}, note)), drawing)
}

export function fact(name: string, value: string, note: string, alarm = false): Markup {
  return tag(
    'div',
    { class: alarm ? 'alarm' : null },
    tag('dt', {}, name),
    tag('dd', {}, value, tag('small', {}, note)),
  )
}

/** A share, followed by its interval in smaller type. */
export function withInterval({ value, low, high, n }: Figure): Child {
  if (n === 0) return '–'
  return [
    percent(value),
    ' ',
    tag('span', { class: 'interval' }, `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`),
  ]
}

export const panel = (...children: Child[]): Markup => tag('div', { class: 'panel' }, ...children)

export const page = (...children: Child[]): string => `<!doctype html>\n${inner(children)}\n`
