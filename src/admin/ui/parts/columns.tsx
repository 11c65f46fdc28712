/** Columns of what became of tickets over time, as plain SVG: no style of its own, and each column leads to its tickets. */
import { useElementSize } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import type { TicketsSearch } from '../search.ts'
import { OUTCOMES, type Outcome } from './outcome.tsx'

export type Column = { at: string } & Record<Outcome, number>

const PAD = { left: 34, right: 4, top: 8, bottom: 22 }
/** A label needs this much room. */
const LABEL = 96
const WIDEST = 26

type Props = {
  columns: Column[]
  label: string
  /** What a column says to who points at it. */
  describe: (column: Column) => string
  clock: (at: string) => string
  tickets: (column: Column) => TicketsSearch
}

export function Columns({ columns, label, describe, clock, tickets }: Props) {
  const { ref, width, height } = useElementSize<HTMLDivElement>()
  const navigate = useNavigate()
  const total = (column: Column) => OUTCOMES.reduce((sum, key) => sum + column[key], 0)
  const top = roundUp(Math.max(1, ...columns.map(total)))
  const inner = { width: Math.max(0, width - PAD.left - PAD.right), height: Math.max(0, height - PAD.top - PAD.bottom) }
  const step = inner.width / Math.max(1, columns.length)
  const y = (n: number) => PAD.top + inner.height - (n / top) * inner.height
  const every = Math.ceil(columns.length / Math.max(1, Math.floor(inner.width / LABEL)))
  return (
    <div ref={ref}>
      <svg className="chart" role="img" aria-label={label}>
        {width > 0 &&
          [0, top / 2, top].map((tick) => (
            <g key={tick}>
              <line x1={PAD.left} x2={width - PAD.right} y1={y(tick)} y2={y(tick)} />
              <text x={PAD.left - 6} y={y(tick) + 4} textAnchor="end">
                {tick}
              </text>
            </g>
          ))}
        {width > 0 &&
          columns.map((column, i) => {
            const x = PAD.left + i * step
            return (
              <g key={column.at}>
                <Stack column={column} x={x} step={step} y={y} />
                {/* biome-ignore lint/a11y/noStaticElementInteractions: a shortcut; the table beside it has the links */}
                <rect
                  className="hit"
                  x={x}
                  y={PAD.top}
                  width={step}
                  height={inner.height}
                  onClick={() => void navigate({ to: '/tickets', search: tickets(column) })}
                >
                  <title>{describe(column)}</title>
                </rect>
                {i % every === 0 && (
                  <text x={x + step / 2} y={height - 4} textAnchor="middle">
                    {clock(column.at)}
                  </text>
                )}
              </g>
            )
          })}
      </svg>
    </div>
  )
}

function Stack({ column, x, step, y }: { column: Column; x: number; step: number; y: (n: number) => number }) {
  const bar = Math.max(2, Math.min(WIDEST, step * 0.72))
  let sum = 0
  return OUTCOMES.map((key) => {
    const n = column[key]
    if (!n) return null
    sum += n
    return (
      <rect
        key={key}
        data-tone={key}
        x={x + (step - bar) / 2}
        width={bar}
        y={y(sum)}
        height={Math.max(1, y(sum - n) - y(sum) - 1)}
        rx={1.5}
      />
    )
  })
}

/** The next even, round number. */
function roundUp(n: number): number {
  const power = 10 ** Math.floor(Math.log10(n))
  const found = [1.2, 1.4, 1.6, 2, 4, 6, 8, 10].find((factor) => factor * power >= n) ?? 10
  return Math.max(2, found * power)
}
