/** Service x category: where a ticket of each pair goes, by the same function that routes it. */
import { Paper, Select, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { route as pick } from '../../../../routing/win.ts'
import { type MapCheck, type MapRow, type Taxonomy, valuesOf } from '../../api.ts'
import { plain, useFieldName } from '../../parts/format.ts'
import { goalOf, keyOf, peopleOf, type When } from './rows.ts'

type Props = {
  rows: MapRow[]
  was: MapRow[]
  fields: Taxonomy
  dead: MapCheck['dead']
  /** Absent: nothing can be changed. */
  open: ((when: When) => void) | undefined
}

export function Matrix({ rows, was, fields, dead, open }: Props) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const services = [...valuesOf(fields, 'service'), undefined]
  const categories = [undefined, ...valuesOf(fields, 'category')]
  const priorities = valuesOf(fields, 'priority')
  const [priority, setPriority] = useState<string | null>(null)
  return (
    <Paper component="section" className="matrix" tabIndex={0} aria-label={t('map.matrix')}>
      {priorities.length > 0 && (
        <Select
          label={nameOf('priority')}
          placeholder={t('common.any')}
          data={priorities.map((value) => ({ value, label: plain(value) }))}
          value={priority}
          onChange={setPriority}
          clearable
          clearButtonProps={{ 'aria-label': t('common.any') }}
          className="plane"
          size="xs"
        />
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">
              {nameOf('service')} \ {nameOf('category')}
            </th>
            {categories.map((category) => (
              <th scope="col" key={category ?? '*'}>
                {category === undefined ? t('map.anyCategory') : plain(category)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {services.map((service) => (
            <tr key={service ?? '*'}>
              <th scope="row">{service === undefined ? t('map.everythingElse') : plain(service)}</th>
              {categories.map((category) => {
                const when = {
                  ...(service ? { service } : {}),
                  ...(category ? { category } : {}),
                  ...(priority ? { priority } : {}),
                }
                return (
                  <td key={category ?? '*'}>
                    <Cell when={when} rows={rows} was={was} dead={dead} open={open} />
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Paper>
  )
}

function Cell({ when, rows, was, dead, open }: Omit<Props, 'fields'> & { when: When }) {
  const { t } = useTranslation()
  const won = winner(rows, when)
  const before = winner(was, when)
  const group = won?.row.group ?? t('map.noGroup')
  const isOwn = won !== null && keyOf(won.row.when) === keyOf(when)
  const isChanged = won !== null && before !== null && goalOf(won.row) !== goalOf(before.row)
  const finer = countFiner(rows, when)
  const people = won ? peopleOf(won.row) : []
  const isDead = dead.some(({ name }) => name === won?.row.group || people.includes(name))
  const where = Object.values(when).map(plain).join(', ') || t('map.everythingElse')
  return (
    <button
      type="button"
      className="cell"
      aria-disabled={!open}
      data-own={isOwn || undefined}
      data-changed={isChanged || undefined}
      data-dead={isDead || undefined}
      title={
        isDead ? t('map.isDead') : isOwn ? t('map.ownRow') : won ? t('map.byRow', { row: won.index + 1 }) : undefined
      }
      onClick={() => open?.(when)}
    >
      <VisuallyHidden>{where}: </VisuallyHidden>
      <span>{group}</span>
      {isChanged && before.row.group !== won.row.group && (
        <small className="was">{before.row.group ?? t('map.noGroup')}</small>
      )}
      {isOwn && people.length > 0 && <small>{people.map(firstName).join(', ')}</small>}
      {finer > 0 && <small>{t('map.finer', { count: finer })}</small>}
    </button>
  )
}

const winner = (rows: MapRow[], when: When) =>
  rows.some((row) => Object.keys(row.when).length === 0) ? pick({ rows }, when) : null

/** Rows that ask for these values and for more. */
function countFiner(rows: MapRow[], when: When): number {
  const asked = Object.entries(when)
  if (asked.length < 2) return 0
  return rows.filter(
    (row) => Object.keys(row.when).length > asked.length && asked.every(([field, value]) => row.when[field] === value),
  ).length
}

const firstName = (name: string) => name.split(' ')[0]
