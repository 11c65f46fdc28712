/** What all plots share: an SVG with a description, and axes. Pure. */
import { type Child, type Markup, tag } from '../markup.ts'

export type Box = { left: number; top: number; right: number; bottom: number }

/** An SVG with a title and a description for screen readers; `id` is unique on the page. */
export function drawing(
  {
    id,
    title,
    description,
    width,
    height,
  }: { id: string; title: string; description: string; width: number; height: number },
  ...children: Child[]
): Markup {
  return tag(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      // Small plots keep their size, wide ones shrink with the page.
      style: `max-width:${width}px`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
    },
    tag('title', { id: `${id}-title` }, title),
    tag('desc', { id: `${id}-desc` }, description),
    ...children,
  )
}

export function line(x1: number, y1: number, x2: number, y2: number, name: string): Markup {
  return tag('line', { x1, y1, x2, y2, class: name })
}

export function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end', name = 'tick'): Markup {
  return tag('text', { x, y, 'text-anchor': anchor, class: name }, text)
}

export type Ticks = { at: number; text: string }[]

/** Grid, ticks and names of both axes. Positions of ticks are in pixels. */
export function axes(box: Box, x: Ticks, y: Ticks, names: { x: string; y: string }): Markup[] {
  const middle = (box.top + box.bottom) / 2
  return [
    ...y.map(({ at }) => line(box.left, at, box.right, at, 'grid')),
    ...x.map(({ at }) => line(at, box.top, at, box.bottom, 'grid')),
    ...y.map(({ at, text }) => label(box.left - 6, at + 3.5, text, 'end')),
    ...x.map(({ at, text }) => label(at, box.bottom + 15, text, 'middle')),
    label((box.left + box.right) / 2, box.bottom + 33, names.x, 'middle', 'name'),
    tag(
      'text',
      { x: 0, y: 0, 'text-anchor': 'middle', class: 'name', transform: `translate(12 ${middle}) rotate(-90)` },
      names.y,
    ),
  ]
}

export const FIFTHS = [0, 0.2, 0.4, 0.6, 0.8, 1]
export const percentTick = (value: number) => `${Math.round(100 * value)} %`

export function path(points: [number, number][]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
}
