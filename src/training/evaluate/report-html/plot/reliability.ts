import type { FieldReport } from '../../field.ts'
import { percent, threeDecimals } from '../../format.ts'
import { type Markup, tag } from '../markup.ts'
import { axes, type Box, drawing, FIFTHS, line, percentTick } from './frame.ts'

const SIZE = { width: 380, height: 340 }
const BOX: Box = { left: 56, top: 12, right: 366, bottom: 262 }
// Bars below the diagram: the number of tickets in each bin.
const COUNTS = { top: 306, bottom: 336 }

/** Confidence against accuracy. On the diagonal they are equal. */
export function reliabilityPlot(id: string, field: FieldReport): Markup {
  const x = (value: number) => BOX.left + value * (BOX.right - BOX.left)
  const y = (value: number) => BOX.bottom - value * (BOX.bottom - BOX.top)
  const bins = field.reliability.filter(({ n }) => n > 0)
  const most = Math.max(1, ...bins.map(({ n }) => n))
  const worst = [...bins].sort(
    (a, b) => Math.abs(b.confidence - b.accuracy.value) * b.n - Math.abs(a.confidence - a.accuracy.value) * a.n,
  )[0]
  return drawing(
    {
      id,
      title: `Reliability of ${field.field}`,
      description: `Expected calibration error ${threeDecimals(field.ece)}.${
        worst
          ? ` The bin that adds most to it has confidence ${percent(worst.confidence)} and accuracy ${percent(worst.accuracy.value)} over ${worst.n} tickets.`
          : ''
      }`,
      ...SIZE,
    },
    axes(
      BOX,
      FIFTHS.map((value) => ({ at: x(value), text: percentTick(value) })),
      FIFTHS.map((value) => ({ at: y(value), text: percentTick(value) })),
      { x: 'confidence', y: 'correct' },
    ),
    line(x(0), y(0), x(1), y(1), 'ideal'),
    bins.map(({ from, to, n, confidence, accuracy }) => [
      tag('rect', {
        x: x(from) + 1,
        width: x(to) - x(from) - 2,
        y: COUNTS.bottom - (n / most) * (COUNTS.bottom - COUNTS.top),
        height: (n / most) * (COUNTS.bottom - COUNTS.top),
        class: 'quiet',
      }),
      line(x(confidence), y(accuracy.low), x(confidence), y(accuracy.high), 'reach'),
      tag(
        'circle',
        { cx: x(confidence), cy: y(accuracy.value), r: 2.5 + 4.5 * Math.sqrt(n / most), class: 'mark' },
        tag('title', {}, `confidence ${percent(confidence)}, accuracy ${percent(accuracy.value)}, n ${n}`),
      ),
    ]),
  )
}
