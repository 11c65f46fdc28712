/** The rows as a list: every condition is in sight, and each row can be found by a word. */
import { ActionIcon, Badge, Button, Group, Paper, Table, TextInput } from '@mantine/core'
import {
  ArrowDownIcon,
  ArrowUpIcon,
  CopyIcon,
  PencilIcon,
  PlusIcon,
  SearchIcon,
  TrashIcon,
} from '@primer/octicons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MapCheck, MapRow } from '../../api.ts'
import { plain, useFieldName } from '../../parts/format.ts'
import { type Mark, useMarks } from './check.ts'
import { describeGoal, goalsOf, keyOf, peopleOf, type When } from './rows.ts'

type Props = {
  rows: MapRow[]
  /** What is wrong or odd; absent while it is not known. */
  check: MapCheck | undefined
  /** Absent: nothing can be changed. */
  open: ((when: When) => void) | undefined
  remove: (when: When) => void
  move: (when: When, by: -1 | 1) => void
}

const COLUMNS = ['service', 'category', 'priority']

export function RowList({ rows, check, open, remove, move }: Props) {
  const marksOf = useMarks()
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const [text, setText] = useState('')
  const deadNames = new Set(check?.dead.map(({ name }) => name))
  const numbered = rows.map((row, index) => ({ row, index }))
  const wanted = text.trim().toLowerCase()
  const found = numbered.filter(({ row }) =>
    `${Object.values(row.when).map(plain).join(' ')} ${goalsOf(row).map(describeGoal).join(' ')} ${row.comment ?? ''}`
      .toLowerCase()
      .includes(wanted),
  )
  return (
    <Paper className="rowlist">
      <Group p="sm" gap="sm">
        <TextInput
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          leftSection={<SearchIcon size={14} />}
          placeholder={t('map.search')}
          aria-label={t('map.search')}
          type="search"
        />
        <span className="spacer" />
        {open && (
          <Button variant="default" leftSection={<PlusIcon />} onClick={() => open({ service: '', category: '' })}>
            {t('map.add')}
          </Button>
        )}
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
      <section className="rowscroll" tabIndex={0} aria-label={t('map.rows')}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('map.number')}</Table.Th>
              {COLUMNS.map((field) => (
                <Table.Th key={field}>{nameOf(field)}</Table.Th>
              ))}
              <Table.Th>{nameOf('group')}</Table.Th>
              <Table.Th>{t('map.strategy')}</Table.Th>
              {open && <Table.Td />}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.map(({ row, index }) => (
              <Row
                key={keyOf(row.when) + index}
                row={row}
                index={index}
                last={index === rows.length - 1}
                marks={marksOf(check, row, index)}
                isDead={(name) => deadNames.has(name)}
                open={open}
                remove={remove}
                move={move}
              />
            ))}
          </Table.Tbody>
        </Table>
      </section>
    </Paper>
  )
}

type RowProps = Pick<Props, 'open' | 'remove' | 'move'> & {
  row: MapRow
  index: number
  last: boolean
  marks: Mark[]
  isDead: (name: string) => boolean
}

function Row({ row, index, last, marks, isDead, open, remove, move }: RowProps) {
  const { t } = useTranslation()
  const others = Object.entries(row.when).filter(([field]) => !COLUMNS.includes(field))
  const name = Object.values(row.when).map(plain).join(', ') || t('map.everythingElse')
  const isDefault = Object.keys(row.when).length === 0
  return (
    <Table.Tr data-fault={marks.some(({ tone }) => tone === 'bad') || undefined}>
      <Table.Td className="num dim">{index + 1}</Table.Td>
      {COLUMNS.map((field) => (
        <Table.Td key={field}>
          {row.when[field] ? plain(row.when[field]) : <span className="dim">{t('common.any')}</span>}
        </Table.Td>
      ))}
      <Table.Td>
        <b className={row.group && isDead(row.group) ? 'bad' : undefined}>{row.group ?? t('map.noGroup')}</b>
        {others.map(([field, value]) => (
          <Badge key={field} color="gray" ml={6}>
            {field}: {value}
          </Badge>
        ))}
        {row.comment && <div className="dim">{row.comment}</div>}
        {row.otherwise?.kind === 'fallback' && (
          <div className="dim">{t('map.elseGoal', { goal: describeGoal(row.otherwise) })}</div>
        )}
        {marks.map(({ tone, text }) => (
          <div key={text} className={tone}>
            {text}
          </div>
        ))}
      </Table.Td>
      <Table.Td>
        <span className="dim">{t(`map.kind.${row.strategy.kind}`)}</span>{' '}
        {peopleOf(row).map((person) => (
          <span key={person} className={isDead(person) ? 'person bad' : 'person'}>
            {person}
          </span>
        ))}
      </Table.Td>
      {open && (
        <Table.Td className="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={() => open(row.when)}
            aria-label={t('map.editRow', { name })}
          >
            <PencilIcon />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            onClick={() => open({ ...row.when, priority: row.when.priority ?? '' })}
            aria-label={t('map.duplicateRow', { name })}
          >
            <CopyIcon />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={index === 0}
            onClick={() => move(row.when, -1)}
            aria-label={t('map.moveUp', { name })}
          >
            <ArrowUpIcon />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={last}
            onClick={() => move(row.when, 1)}
            aria-label={t('map.moveDown', { name })}
          >
            <ArrowDownIcon />
          </ActionIcon>
          {!isDefault && (
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={() => remove(row.when)}
              aria-label={t('map.removeRow', { name })}
            >
              <TrashIcon />
            </ActionIcon>
          )}
        </Table.Td>
      )}
    </Table.Tr>
  )
}
