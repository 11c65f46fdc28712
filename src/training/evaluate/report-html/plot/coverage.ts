import type { FieldReport } from '../../field.ts'
import { exactPercent, percent } from '../../format.ts'
import { type Markup, tag } from '../markup.ts'
import { axes, type Box, drawing, FIFTHS, label, line, path, percentTick } from './frame.ts'

const SIZE = { width: 380, height: 340 }
const BOX: Box = { left: 56, top: 22, right: 366, bottom: 290 }

/** The share of tickets that can be applied automatically, and how many of those are correct. */
export function coveragePlot(id: string, field: FieldReport): Markup {
  const lowest = Math.min(0.85, ...field.curve.map(({ precision }) => precision))
  const floor = Math.max(0, Math.floor(lowest * 20) / 20)
  const x = (value: number) => BOX.left + value * (BOX.right - BOX.left)
  const y = (value: number) => BOX.bottom - ((value - floor) / (1 - floor)) * (BOX.bottom - BOX.top)
  const step = floor >= 0.75 ? 0.05 : floor >= 0.5 ? 0.1 : 0.2
  const ticks = Array.from({ length: Math.floor((1 - floor) / step + 1e-9) + 1 }, (_, i) => 1 - i * step)
  // The most confident answers often share one confidence: the curve starts on the left at their precision.
  const start = field.curve[0] ? [{ share: 0, precision: field.curve[0].precision }] : []
  return drawing(
    {
      id,
      title: `Coverage and precision of ${field.field}`,
      description: field.coverage
        .map(({ target, threshold, share }) =>
          threshold === null
            ? `No threshold reaches ${exactPercent(target)} precision.`
            : `At ${exactPercent(target)} precision ${percent(share.value)} of the tickets are applied.`,
        )
        .join(' '),
      ...SIZE,
    },
    axes(
      BOX,
      FIFTHS.map((value) => ({ at: x(value), text: percentTick(value) })),
      ticks.map((value) => ({ at: y(value), text: percentTick(value) })),
      { x: 'applied automatically', y: 'correct' },
    ),
    field.coverage
      .filter(({ target }) => target >= floor)
      .map(({ target }) => line(BOX.left, y(target), BOX.right, y(target), 'ideal')),
    tag('path', {
      d: path([...start, ...field.curve].map((point) => [x(point.share), y(point.precision)])),
      class: 'curve',
    }),
    field.coverage.map(({ threshold, share, precision }) =>
      threshold === null || !precision
        ? null
        : [
            tag('circle', { cx: x(share.value), cy: y(precision.value), r: 4, class: 'mark' }),
            label(
              Math.min(BOX.right - 2, x(share.value) + 7),
              y(precision.value) - 6,
              percent(share.value, 0),
              x(share.value) > BOX.right - 40 ? 'end' : 'start',
              'value',
            ),
          ],
    ),
  )
}
