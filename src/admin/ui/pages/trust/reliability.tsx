import { useTranslation } from 'react-i18next'
import { useFormat } from '../../parts/format.ts'
import type { TrustedField } from './use-change.ts'

type Bin = TrustedField['models'][number]['reliability'][number]

const SIZE = 200
const PAD = 30
const MOST = 9

/** Each dot: tickets of which the classifier was as sure; on the line, that share of them was right. */
export function Reliability({ bins, threshold }: { bins: Bin[]; threshold: number | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  const x = (share: number) => PAD + share * (SIZE - PAD - 6)
  const y = (share: number) => SIZE - PAD - share * (SIZE - PAD - 6)
  const most = Math.max(1, ...bins.map(({ n }) => n))
  return (
    <figure className="trust-plot">
      <figcaption>{t('trust.reliability')}</figcaption>
      {bins.length === 0 ? (
        <p className="dim">{t('trust.noRecord')}</p>
      ) : (
        <svg viewBox={`0 0 ${SIZE} ${SIZE}`} className="chart" role="img" aria-label={t('trust.reliability')}>
          <line x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} className="ideal" />
          {threshold !== null && <line x1={x(threshold)} x2={x(threshold)} y1={y(0)} y2={y(1)} className="bar" />}
          {[0, 0.5, 1].map((tick) => (
            <g key={tick}>
              <text x={x(tick)} y={SIZE - 14} textAnchor="middle">
                {format.percent(tick)}
              </text>
              <text x={PAD - 4} y={y(tick) + 4} textAnchor="end">
                {format.percent(tick)}
              </text>
            </g>
          ))}
          <text x={SIZE / 2} y={SIZE - 2} textAnchor="middle">
            {t('trust.sure')}
          </text>
          {bins.map(({ from, confidence, right, n }) => (
            <circle key={from} cx={x(confidence)} cy={y(right / n)} r={2.5 + MOST * Math.sqrt(n / most)}>
              <title>{t('trust.bin', { confidence: format.percent(confidence), right, n })}</title>
            </circle>
          ))}
        </svg>
      )}
    </figure>
  )
}
