/** One row: its conditions, and where it sends tickets. */
import { Autocomplete, Button, Group, Modal, Select, Stack, TagsInput } from '@mantine/core'
import { TrashIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { route as pick } from '../../../../routing/win.ts'
import { type MapRow, type Taxonomy, targets, valuesOf } from '../../api.ts'
import { plain, useFieldName } from '../../parts/format.ts'
import { type Edit, keyOf, peopleOf, type When } from './rows.ts'

const CONDITIONS = ['service', 'category', 'priority'] as const
const KINDS = ['group', 'fixed', 'round_robin', 'least_loaded'] as const
type Kind = (typeof KINDS)[number]

type Props = {
  /** The conditions; an empty value is one that is still to be chosen. */
  when: When
  rows: MapRow[]
  fields: Taxonomy
  close: () => void
  save: (edit: Edit) => void
}

export function EditDialog({ when: given, rows, fields, close, save }: Props) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const { data: known } = useQuery(targets)
  const isNew = Object.values(given).includes('')
  const original = isNew ? undefined : rows.find((row) => keyOf(row.when) === keyOf(given))
  const [when, setWhen] = useState<When>(() => withoutEmpty(given))
  const start = startOf(rows, when, original)
  const [group, setGroup] = useState(start.group ?? '')
  const [kind, setKind] = useState<Kind>(start.strategy.kind)
  const [people, setPeople] = useState(peopleOf(start))
  const strategy = strategyOf(kind, people)
  const twin = rows.find((row) => keyOf(row.when) === keyOf(when) && row !== original)
  const isDefault = Object.keys(when).length === 0
  const title = CONDITIONS.flatMap((field) => (when[field] ? [plain(when[field])] : [])).join(' · ')
  return (
    <Modal
      opened
      onClose={close}
      title={t('map.editTitle', { name: title || t('map.everythingElse') })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!strategy) return
          const row = { ...original, when, group: group.trim() || null, strategy }
          save({ remove: original?.when, set: row })
        }}
      >
        <Stack gap="sm">
          <Group grow gap="xs">
            {CONDITIONS.map((field) => (
              <Select
                key={field}
                label={nameOf(field)}
                placeholder={t('common.any')}
                data={valuesOf(fields, field).map((value) => ({ value, label: plain(value) }))}
                value={when[field] ?? null}
                onChange={(value) => setWhen(withoutEmpty({ ...when, [field]: value ?? '' }))}
                clearable
                clearButtonProps={{ 'aria-label': t('common.any') }}
                searchable
              />
            ))}
          </Group>
          <Autocomplete
            label={nameOf('group')}
            description={
              group.trim() ? describeTarget(known?.groups, group.trim(), t('map.unknownTarget')) : t('map.noGroupHint')
            }
            data={known?.groups.map(({ name }) => name) ?? []}
            value={group}
            onChange={setGroup}
            openOnFocus={false}
            data-autofocus
          />
          <Select
            label={t('map.strategy')}
            value={kind}
            onChange={(value) => value && setKind(value as Kind)}
            data={KINDS.map((each) => ({ value: each, label: t(`map.kind.${each}`) }))}
            allowDeselect={false}
          />
          {kind !== 'group' && (
            <TagsInput
              label={t('map.people')}
              description={people
                .map((name) => describeTarget(known?.people, name, `${name}: ${t('map.unknownTarget')}`))
                .filter(Boolean)
                .join(' ')}
              data={known?.people.map(({ name }) => name) ?? []}
              value={people}
              onChange={setPeople}
              maxTags={kind === 'fixed' ? 1 : undefined}
              error={people.length === 0 ? t('map.choosePeople') : undefined}
            />
          )}
          {twin && <div className="bad">{t('map.replaces', { goal: twin.group ?? t('map.noGroup') })}</div>}
          <Group justify="space-between" mt="sm">
            {original && !isDefault ? (
              <Button
                variant="subtle"
                color="red"
                leftSection={<TrashIcon />}
                onClick={() => save({ remove: original.when })}
              >
                {t('map.remove')}
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit" disabled={!strategy}>
              {t('map.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

const withoutEmpty = (when: When) => Object.fromEntries(Object.entries(when).filter(([, value]) => value !== ''))

/** A new row starts with what its tickets get today. */
function startOf(rows: MapRow[], when: When, original: MapRow | undefined): Pick<MapRow, 'group' | 'strategy'> {
  if (original) return original
  if (rows.some((row) => Object.keys(row.when).length === 0)) return pick({ rows }, when).row
  return { group: null, strategy: { kind: 'group' } }
}

function strategyOf(kind: Kind, people: string[]): MapRow['strategy'] | null {
  if (kind === 'group') return { kind }
  if (people.length === 0) return null
  return kind === 'fixed' ? { kind, assignee: people[0]! } : { kind, people }
}

function describeTarget(known: { name: string; connections: string[] }[] | undefined, name: string, otherwise: string) {
  if (!known) return undefined
  const found = known.find((target) => target.name === name)
  return found && found.connections.length > 0 ? undefined : otherwise
}
