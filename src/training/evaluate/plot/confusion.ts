import type { FieldReport } from '../field.ts'
import { type Markup, tag } from '../markup.ts'
import { oneLine, percent } from '../words.ts'
import { drawing, label } from './frame.ts'

const MOST = 24
/** Up to so many classes the cells are wide enough for a number. */
const NUMBERED = 12

/** Rows are what was right, columns what was said; a row adds up to all of its tickets. Null: nothing to tell apart. */
export function confusionPlot(id: string, field: FieldReport): Markup | null {
  const shown = classesToShow(field)
  if (shown.length < 2) return null
  const counts = countsOf(field)
  const cell = shown.length <= NUMBERED ? 34 : 22
  const left = Math.max(92, 8 + 6.4 * Math.max(...shown.map(({ value }) => oneLine(value, 22).length)))
  const top = 30 + 4.6 * Math.max(...shown.map(({ value }) => oneLine(value, 22).length))
  const width = left + shown.length * cell + 100
  const height = top + shown.length * cell + 10
  const worst = field.confusion[0]
  const rest = field.classes.length - shown.length
  return drawing(
    {
      id,
      title: `Confusion of ${field.field}`,
      description: `${rest > 0 ? `The ${shown.length} classes with most mistakes of ${field.classes.length}. ` : ''}${
        worst
          ? `Most often confused: ${worst.expected} with ${worst.value === '' ? 'no answer' : worst.value}, ${worst.n} times.`
          : 'Nothing was confused.'
      }`,
      width,
      height,
    },
    label(left - 6, top - 8, 'right ↓  said →', 'end', 'name'),
    shown.map(({ value }, c) =>
      tag(
        'text',
        { x: 0, y: 0, class: 'tick', transform: `translate(${left + (c + 0.6) * cell} ${top - 8}) rotate(-45)` },
        oneLine(value, 22),
      ),
    ),
    shown.map(({ value: expected, n }, r) => [
      label(left - 6, top + (r + 0.5) * cell + 3.5, oneLine(expected, 22), 'end'),
      shown.map(({ value }, c) => {
        const times = counts.get(key(expected, value)) ?? 0
        const part = n ? times / n : 0
        const at = { x: left + c * cell, y: top + r * cell }
        return [
          tag(
            'rect',
            {
              ...at,
              width: cell - 1,
              height: cell - 1,
              rx: 2,
              class: r === c ? 'cell right' : 'cell wrong',
              'fill-opacity': times ? 0.12 + 0.88 * part : 0,
            },
            times > 0 ? tag('title', {}, `${expected} called ${value}: ${times} of ${n} (${percent(part)})`) : null,
          ),
          tag('rect', { ...at, width: cell - 1, height: cell - 1, rx: 2, class: 'edge' }),
          times > 0 && shown.length <= NUMBERED
            ? label(
                at.x + cell / 2 - 0.5,
                at.y + cell / 2 + 3.5,
                String(times),
                'middle',
                part > 0.5 ? 'value over' : 'value',
              )
            : null,
        ]
      }),
    ]),
  )
}

function classesToShow({ classes, confusion }: FieldReport) {
  if (classes.length <= MOST) return classes
  const wrong = new Map<string, number>()
  for (const { expected, value, n } of confusion)
    for (const each of [expected, value]) wrong.set(each, (wrong.get(each) ?? 0) + n)
  const worst = [...classes].sort((a, b) => (wrong.get(b.value) ?? 0) - (wrong.get(a.value) ?? 0)).slice(0, MOST)
  return classes.filter((each) => worst.includes(each))
}

function countsOf({ classes, confusion }: FieldReport): Map<string, number> {
  return new Map([
    ...confusion.map(({ expected, value, n }): [string, number] => [key(expected, value), n]),
    ...classes.map(({ value, n, recall }): [string, number] => [key(value, value), Math.round(recall.value * n)]),
  ])
}

const key = (expected: string, value: string) => JSON.stringify([expected, value])
