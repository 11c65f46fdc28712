import type { CascadeReport } from '../../cascade.ts'
import { change, conditions, percent } from '../../format.ts'
import { type Markup, tag } from '../markup.ts'
import { axes, type Box, drawing, FIFTHS, label, line, path, percentTick } from './frame.ts'

const SIZE = { width: 380, height: 300 }
const BOX: Box = { left: 56, top: 14, right: 366, bottom: 250 }

/** Calls saved and the change in accuracy, for each threshold. */
export function cascadePlot(id: string, cascade: CascadeReport, field: string): Markup {
  const steps = cascade.sweep.map((step) => ({ ...step, change: step.change[field]! }))
  const inUse = cascade.change[field]!
  const all = [...steps.map((step) => step.change), inUse]
  const highest = Math.max(0.01, ...all.map(({ high }) => high))
  const lowest = Math.min(-0.01, ...all.map(({ low }) => low))
  const step = [0.01, 0.02, 0.05, 0.1].find((each) => highest - lowest <= 7 * each) ?? 0.25
  const top = Math.ceil(highest / step)
  const bottom = Math.floor(lowest / step)
  const x = (value: number) => BOX.left + value * (BOX.right - BOX.left)
  const y = (value: number) => BOX.top + ((top - value / step) / (top - bottom)) * (BOX.bottom - BOX.top)
  return drawing(
    {
      id,
      title: `Calls saved and change of ${field}`,
      description: `At ${conditions(cascade)}: ${percent(cascade.callsSaved.value)} of the calls are saved, accuracy changed by ${change(inUse)} points.`,
      ...SIZE,
    },
    axes(
      BOX,
      FIFTHS.map((value) => ({ at: x(value), text: percentTick(value) })),
      Array.from({ length: top - bottom + 1 }, (_, i) => top - i).map((steps) => ({
        at: y(steps * step),
        text: tick(steps * step),
      })),
      { x: 'calls saved', y: 'change in points' },
    ),
    line(BOX.left, y(0), BOX.right, y(0), 'ideal'),
    steps.map((step) =>
      line(x(step.callsSaved.value), y(step.change.low), x(step.callsSaved.value), y(step.change.high), 'reach'),
    ),
    tag('path', { d: path(steps.map((step) => [x(step.callsSaved.value), y(step.change.value)])), class: 'curve' }),
    steps.map((step) =>
      tag(
        'circle',
        { cx: x(step.callsSaved.value), cy: y(step.change.value), r: 3, class: 'mark' },
        tag(
          'title',
          {},
          `threshold ${step.threshold}: ${percent(step.callsSaved.value)} saved, ${change(step.change)} points`,
        ),
      ),
    ),
    tag('circle', { cx: x(cascade.callsSaved.value), cy: y(inUse.value), r: 6, class: 'chosen' }),
    label(
      x(cascade.callsSaved.value),
      y(inUse.value) - 11,
      'in use',
      cascade.callsSaved.value < 0.2 ? 'start' : cascade.callsSaved.value > 0.8 ? 'end' : 'middle',
      'value',
    ),
  )
}

function tick(change: number): string {
  const points = Math.round(100 * change)
  return points > 0 ? `+${points}` : String(points).replace('-', '−')
}
