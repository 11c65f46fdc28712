/** Decisions over time, as a chart or as a table. */
import { Paper, SegmentedControl, Table } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { timeline } from '../../api.ts'
import { type Column, Columns } from '../../parts/columns.tsx'
import { useFormat } from '../../parts/format.ts'
import { OUTCOMES, OutcomeName } from '../../parts/outcome.tsx'

export function Flow() {
  const { t } = useTranslation()
  const format = useFormat()
  const [as, setAs] = useState<'chart' | 'table'>('chart')
  const { data } = useQuery({ ...timeline, placeholderData: keepPreviousData })
  const columns: Column[] = data?.items ?? []
  const seconds = data?.seconds ?? 0
  const clock = seconds < 60 ? format.time : format.clock
  const tickets = ({ at }: Column) => ({ since: at, until: new Date(Date.parse(at) + seconds * 1000).toISOString() })
  const describe = (column: Column) =>
    [
      clock(column.at),
      ...OUTCOMES.filter((key) => column[key] > 0).map((key) => `${t(`outcome.${key}`)} ${format.number(column[key])}`),
    ].join('\n')
  return (
    <Paper component="section" className="card">
      <div className="between">
        <h2>{t('today.flow')}</h2>
        <SegmentedControl
          size="xs"
          value={as}
          onChange={(value) => setAs(value as typeof as)}
          data={[
            { value: 'chart', label: t('today.chart') },
            { value: 'table', label: t('today.table') },
          ]}
        />
      </div>
      {as === 'chart' ? (
        <div className="plot">
          {data && columns.length === 0 && <p className="dim">{t('today.noDecisions')}</p>}
          {columns.length > 0 && (
            <Columns columns={columns} label={t('today.flow')} describe={describe} clock={clock} tickets={tickets} />
          )}
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
        <section className="plot" tabIndex={0} aria-label={t('today.flow')}>
          <Table stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('today.time')}</Table.Th>
                {OUTCOMES.map((key) => (
                  <Table.Th key={key} ta="right">
                    {t(`outcome.${key}`)}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {columns.map((column) => (
                <Table.Tr key={column.at}>
                  <Table.Td className="num">
                    <Link to="/tickets" search={tickets(column)}>
                      {clock(column.at)}
                    </Link>
                  </Table.Td>
                  {OUTCOMES.map((key) => (
                    <Table.Td key={key} ta="right" className="num">
                      {format.number(column[key])}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
      <div className="legend" aria-hidden="true">
        {OUTCOMES.filter((key) => columns.some((column) => column[key] > 0)).map((key) => (
          <OutcomeName key={key} of={key} />
        ))}
      </div>
    </Paper>
  )
}
