import type { FieldReport } from '../../field.ts'
import { figure, oneLine, percent } from '../../format.ts'
import { type Markup, tag } from '../markup.ts'
import { type Box, drawing, FIFTHS, label, line, percentTick } from './frame.ts'

const MOST_SHOWN = 24
const ROW = 20

/** F1 of each class with its interval, which is wide for a rare class. */
export function classesPlot(id: string, field: FieldReport): Markup {
  const known = field.classes.filter(({ n }) => n > 0)
  const weak = new Set([...known].sort((a, b) => a.f1.value - b.f1.value).slice(0, MOST_SHOWN))
  const shown = known.filter((each) => weak.has(each))
  const left = 16 + 6 * Math.max(6, ...shown.map(({ value }) => oneLine(value, 34).length))
  const box: Box = { left, top: 8, right: left + 260, bottom: 12 + shown.length * ROW }
  const x = (value: number) => box.left + value * (box.right - box.left)
  const weakest = [...shown].sort((a, b) => a.f1.value - b.f1.value)[0]
  return drawing(
    {
      id,
      title: `F1 by class of ${field.field}`,
      description: weakest
        ? `${shown.length < known.length ? `The ${shown.length} weakest of ${known.length} classes` : `Classes: ${shown.length}`}, most frequent first. The weakest is ${weakest.value} with ${figure(weakest.f1)} over ${weakest.n} tickets.`
        : 'No class has tickets.',
      width: box.right + 60,
      height: box.bottom + 26,
    },
    FIFTHS.map((value) => [
      line(x(value), box.top, x(value), box.bottom, 'grid'),
      label(x(value), box.bottom + 15, percentTick(value), 'middle'),
    ]),
    shown.map((each, i) => {
      const y = box.top + (i + 0.5) * ROW
      return [
        label(box.left - 6, y + 3.5, oneLine(each.value, 34), 'end'),
        tag(
          'rect',
          { x: box.left, y: y - 6, width: Math.max(1, x(each.f1.value) - box.left), height: 12, rx: 2, class: 'bar' },
          tag('title', {}, `${each.value}: F1 ${figure(each.f1)}, n ${each.n}`),
        ),
        line(x(each.f1.low), y, x(each.f1.high), y, 'reach'),
        label(box.right + 8, y + 3.5, `${percent(each.f1.value, 0)} · ${each.n}`, 'start'),
      ]
    }),
  )
}
