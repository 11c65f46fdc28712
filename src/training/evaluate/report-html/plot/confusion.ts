import type { FieldReport } from '../../field.ts'
import { oneLine, percent } from '../../format.ts'
import { type Child, type Markup, tag } from '../markup.ts'
import { drawing, label } from './frame.ts'

const MOST_SHOWN = 24
/** With more classes than this the cells are too narrow for a number. */
const MOST_NUMBERED = 12
const LONGEST_NAME = 22

type Grid = { cell: number; left: number; top: number; width: number; height: number }

/** Rows are labels, columns are answers; a row adds up to all of its tickets. Null with fewer than two classes. */
export function confusionPlot(id: string, field: FieldReport): Markup | null {
  const classes = classesToShow(field)
  if (classes.length < 2) return null
  const names = classes.map(({ value }) => value)
  const grid = gridFor(names)
  const counts = countsOf(field)
  return drawing(
    {
      id,
      title: `Confusion of ${field.field}`,
      description: descriptionOf(field, classes.length),
      width: grid.width,
      height: grid.height,
    },
    label(grid.left - 6, grid.top - 8, 'label ↓  answer →', 'end', 'name'),
    names.map((name, column) => columnName(grid, column, name)),
    classes.map(({ value: expected, n }, row) => [
      label(grid.left - 6, grid.top + (row + 0.5) * grid.cell + 3.5, oneLine(expected, LONGEST_NAME), 'end'),
      names.map((value, column) => {
        const times = counts.get(key(expected, value)) ?? 0
        const title = `${expected} called ${value}: ${times} of ${n} (${percent(n ? times / n : 0)})`
        return cell(grid, {
          row,
          column,
          times,
          share: n ? times / n : 0,
          title,
          numbered: names.length <= MOST_NUMBERED,
        })
      }),
    ]),
  )
}

function gridFor(names: string[]): Grid {
  const longest = Math.max(...names.map((name) => oneLine(name, LONGEST_NAME).length))
  const cell = names.length <= MOST_NUMBERED ? 34 : 22
  const left = Math.max(104, 8 + 6.4 * longest)
  const top = 30 + 4.6 * longest
  return { cell, left, top, width: left + names.length * cell + 100, height: top + names.length * cell + 10 }
}

function descriptionOf({ classes, confusion }: FieldReport, shown: number): string {
  const part = classes.length > shown ? `The ${shown} classes with the most mistakes, of ${classes.length}. ` : ''
  const worst = confusion[0]
  if (!worst) return `${part}Nothing was confused.`
  const answer = worst.value === '' ? 'no answer' : worst.value
  return `${part}Most often confused: ${worst.expected} with ${answer}, ${worst.n} times.`
}

function columnName({ cell, left, top }: Grid, column: number, name: string): Markup {
  return tag(
    'text',
    { x: 0, y: 0, class: 'tick', transform: `translate(${left + (column + 0.6) * cell} ${top - 8}) rotate(-45)` },
    oneLine(name, LONGEST_NAME),
  )
}

function cell(
  grid: Grid,
  {
    row,
    column,
    times,
    share,
    title,
    numbered,
  }: { row: number; column: number; times: number; share: number; title: string; numbered: boolean },
): Child[] {
  const x = grid.left + column * grid.cell
  const y = grid.top + row * grid.cell
  const square = { x, y, width: grid.cell - 1, height: grid.cell - 1, rx: 2 }
  const fill = { class: row === column ? 'cell right' : 'cell wrong', 'fill-opacity': times ? 0.12 + 0.88 * share : 0 }
  const middle = grid.cell / 2
  return [
    tag('rect', { ...square, ...fill }, times > 0 ? tag('title', {}, title) : null),
    tag('rect', { ...square, class: 'edge' }),
    times > 0 && numbered
      ? label(x + middle - 0.5, y + middle + 3.5, String(times), 'middle', share > 0.5 ? 'value over' : 'value')
      : null,
  ]
}

function classesToShow({ classes, confusion }: FieldReport) {
  if (classes.length <= MOST_SHOWN) return classes
  const wrong = new Map<string, number>()
  for (const { expected, value, n } of confusion)
    for (const each of [expected, value]) wrong.set(each, (wrong.get(each) ?? 0) + n)
  const worst = [...classes].sort((a, b) => (wrong.get(b.value) ?? 0) - (wrong.get(a.value) ?? 0)).slice(0, MOST_SHOWN)
  return classes.filter((each) => worst.includes(each))
}

function countsOf({ classes, confusion }: FieldReport): Map<string, number> {
  return new Map([
    ...confusion.map(({ expected, value, n }): [string, number] => [key(expected, value), n]),
    ...classes.map(({ value, n, recall }): [string, number] => [key(value, value), Math.round(recall.value * n)]),
  ])
}

const key = (expected: string, value: string) => JSON.stringify([expected, value])
