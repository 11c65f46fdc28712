import { useTranslation } from 'react-i18next'
import { useFormat } from '../../parts/format.ts'
import type { TrustedField } from './use-change.ts'

const WIDTH = 260
const HEIGHT = 200
const PAD = { left: 34, bottom: 24, top: 6 }
const Z = 1.96

/** The share of right values by week, each with its interval (Wilson, 95 %), and the precision that is asked for. */
export function Weeks({ weeks, asked }: { weeks: TrustedField['weeks']; asked: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const step = (WIDTH - PAD.left - 8) / Math.max(1, weeks.length)
  const x = (i: number) => PAD.left + (i + 0.5) * step
  const y = (share: number) => PAD.top + (1 - share) * (HEIGHT - PAD.top - PAD.bottom)
  return (
    <figure className="trust-plot">
      <figcaption>{t('trust.weeks')}</figcaption>
      {weeks.length === 0 ? (
        <p className="dim">{t('trust.noWeeks')}</p>
      ) : (
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="chart" role="img" aria-label={t('trust.weeks')}>
          {[0, 0.5, 1].map((tick) => (
            <g key={tick}>
              <line x1={PAD.left} x2={WIDTH - 8} y1={y(tick)} y2={y(tick)} />
              <text x={PAD.left - 4} y={y(tick) + 4} textAnchor="end">
                {format.percent(tick)}
              </text>
            </g>
          ))}
          <line x1={PAD.left} x2={WIDTH - 8} y1={y(asked)} y2={y(asked)} className="bar" />
          {weeks.map(({ week, n, right }, i) => {
            const [low, high] = interval(right, n)
            return (
              <g key={week}>
                <line x1={x(i)} x2={x(i)} y1={y(low)} y2={y(high)} className="whisker" />
                <circle cx={x(i)} cy={y(right / n)} r={4}>
                  <title>{t('trust.week', { week, right, n, low: format.percent(low) })}</title>
                </circle>
              </g>
            )
          })}
          {[...new Set([0, weeks.length - 1])].map((i) => (
            <text
              key={i}
              x={x(i)}
              y={HEIGHT - 6}
              textAnchor={weeks.length === 1 ? 'middle' : i === 0 ? 'start' : 'end'}
            >
              {weeks[i]!.week}
            </text>
          ))}
        </svg>
      )}
    </figure>
  )
}

function interval(right: number, n: number): [number, number] {
  const p = right / n
  const middle = p + (Z * Z) / (2 * n)
  const reach = Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n))
  const whole = 1 + (Z * Z) / n
  return [(middle - reach) / whole, (middle + reach) / whole]
}
