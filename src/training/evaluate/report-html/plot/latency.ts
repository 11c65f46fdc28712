import { count, duration } from '../../format.ts'
import type { Latency } from '../../latency.ts'
import { type Markup, tag } from '../markup.ts'
import { axes, type Box, drawing, label, line } from './frame.ts'

const SIZE = { width: 620, height: 260 }
const BOX: Box = { left: 56, top: 26, right: 606, bottom: 210 }

/** A histogram of how long answers took, on a logarithmic scale. */
export function latencyPlot(id: string, latency: Latency): Markup {
  const bins = latency.histogram
  const most = Math.max(1, ...bins.map(({ n }) => n))
  const first = Math.log(bins[0]!.from)
  const last = Math.log(bins.at(-1)!.to)
  const x = (ms: number) =>
    BOX.left + ((Math.log(Math.max(ms, bins[0]!.from)) - first) / (last - first)) * (BOX.right - BOX.left)
  const y = (n: number) => BOX.bottom - (n / most) * (BOX.bottom - BOX.top)
  const marks = (['p50', 'p95', 'p99'] as const).map((name) => ({ name, ms: latency[name].ms }))
  return drawing(
    {
      id,
      title: 'Latency of the answers',
      description: `${count(latency.n)} answers: ${marks.map(({ name, ms }) => `${name} ${duration(ms)}`).join(', ')}, longest ${duration(latency.max)}.`,
      ...SIZE,
    },
    axes(
      BOX,
      [0, 6, 12, 18, 24].map((b) => {
        const ms = b < bins.length ? bins[b]!.from : bins.at(-1)!.to
        return { at: x(ms), text: duration(ms) }
      }),
      [0, 0.5, 1].map((part) => ({ at: y(part * most), text: count(Math.round(part * most)) })),
      { x: 'time per answer', y: 'tickets' },
    ),
    bins.map(({ from, to, n }) =>
      n === 0
        ? null
        : tag(
            'rect',
            {
              x: x(from) + 1,
              y: y(n),
              width: Math.max(1, x(to) - x(from) - 2),
              height: BOX.bottom - y(n),
              class: 'bar',
            },
            tag('title', {}, `${duration(from)} to ${duration(to)}: ${count(n)}`),
          ),
    ),
    marks.map(({ name, ms }, i) => [
      line(x(ms), BOX.top, x(ms), BOX.bottom, 'ideal'),
      // On two levels, because p95 and p99 are often close together.
      label(x(ms), 11 + (i % 2) * 11, name, x(ms) > BOX.right - 20 ? 'end' : 'middle', 'value'),
    ]),
  )
}
