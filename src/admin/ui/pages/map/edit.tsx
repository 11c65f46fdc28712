/** One row: its conditions, where it sends tickets, and where they go when nobody is there. */
import { Button, Group, Modal, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { TrashIcon } from '@primer/octicons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { route as pick } from '../../../../routing/win.ts'
import { type MapDocument, type MapRow, type Taxonomy, valuesOf } from '../../api.ts'
import { plain, useFieldName } from '../../parts/format.ts'
import { useCheck, useMarks } from './check.ts'
import { draftOf, GoalFields, goalOfDraft } from './goal-fields.tsx'
import { Moved } from './moved.tsx'
import { applyEdit, type Edit, goalsOf, keyOf, peopleOf, type When } from './rows.ts'
import { useTargets } from './use-targets.ts'

const OTHERWISE = ['wait', 'fallback'] as const

type Props = {
  /** The conditions; an empty value is one that is still to be chosen. */
  when: When
  map: MapDocument
  fields: Taxonomy
  close: () => void
  save: (edit: Edit) => void
}

export function EditDialog({ when: given, map, fields, close, save }: Props) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const targets = useTargets()
  const { rows } = map
  const isNew = Object.values(given).includes('')
  const original = isNew ? undefined : rows.find((row) => keyOf(row.when) === keyOf(given))
  const [when, setWhen] = useState<When>(() => withoutEmpty(given))
  const start = startOf(rows, when, original)
  const [goal, setGoal] = useState(() => draftOf(start))
  const [otherwise, setOtherwise] = useState(start.otherwise?.kind ?? 'wait')
  const [fallback, setFallback] = useState(() =>
    draftOf(goalsOf(start)[1] ?? { group: null, strategy: { kind: 'group' } }),
  )
  const [comment, setComment] = useState(original?.comment ?? '')
  const edit = editOf()
  const twin = rows.find((row) => keyOf(row.when) === keyOf(when) && row !== original)
  const isDefault = Object.keys(when).length === 0
  const conditions = fields.fields.filter(({ id }) => valuesOf(fields, id).length > 0).map(({ id }) => id)
  const title = conditions.flatMap((field) => (when[field] ? [plain(when[field])] : [])).join(' · ')

  function editOf(): Edit | null {
    const [own, other] = [goalOfDraft(goal), goalOfDraft(fallback)]
    if (!own || (otherwise === 'fallback' && !other)) return null
    const { comment: _, otherwise: __, ...rest } = original ?? {}
    const row: MapRow = {
      ...rest,
      when,
      ...own,
      ...(otherwise === 'fallback' && other ? { otherwise: { kind: 'fallback', ...other } } : {}),
      ...(comment.trim() ? { comment: comment.trim() } : {}),
    }
    return { remove: original?.when, set: row }
  }

  return (
    <Modal
      opened
      onClose={close}
      title={t('map.editTitle', { name: title || t('map.everythingElse') })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      size="lg"
      centered
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!edit?.set) return
          const goals = goalsOf(edit.set)
          const names = { groups: goals.flatMap(({ group }) => group ?? []), people: goals.flatMap(peopleOf) }
          targets.adopt.mutate(names, { onSuccess: () => save(edit) })
        }}
      >
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="xs" verticalSpacing="xs">
            {conditions.map((field) => (
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
          </SimpleGrid>
          <GoalFields value={goal} change={setGoal} targets={targets} focus />
          <Select
            label={t('map.otherwise')}
            description={t(`map.otherwiseHint.${otherwise}`)}
            value={otherwise}
            onChange={(kind) => kind && setOtherwise(kind as typeof otherwise)}
            data={OTHERWISE.map((kind) => ({ value: kind, label: t(`map.otherwiseKind.${kind}`) }))}
            allowDeselect={false}
          />
          {otherwise === 'fallback' && (
            <fieldset className="fallback" aria-label={t('map.otherwiseKind.fallback')}>
              <GoalFields value={fallback} change={setFallback} targets={targets} />
            </fieldset>
          )}
          <TextInput
            label={t('map.rowComment')}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
            maxLength={500}
          />
          {twin && <div className="bad">{t('map.replaces', { goal: twin.group ?? t('map.noGroup') })}</div>}
          {edit?.set && <Verdict map={applyEdit(map, edit)} row={edit.set} />}
          <Group justify="space-between" className="dialogfoot">
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
            <Button type="submit" disabled={!edit} loading={targets.adopt.isPending}>
              {t('map.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** What the row as it stands would mean: faults, oddities, and tickets that would move. */
function Verdict({ map, row }: { map: MapDocument; row: MapRow }) {
  const check = useCheck(map)
  const marksOf = useMarks()
  const index = map.rows.findIndex((each) => keyOf(each.when) === keyOf(row.when))
  return (
    <div role="status" className="verdict">
      {marksOf(check, row, index).map(({ tone, text }) => (
        <div key={text} className={tone}>
          {text}
        </div>
      ))}
      <Moved map={map} />
    </div>
  )
}

const withoutEmpty = (when: When) => Object.fromEntries(Object.entries(when).filter(([, value]) => value !== ''))

/** A new row starts with what its tickets get today. */
function startOf(rows: MapRow[], when: When, original: MapRow | undefined): MapRow {
  if (original) return original
  if (rows.some((row) => Object.keys(row.when).length === 0)) return pick({ rows }, when).row
  return { when, group: null, strategy: { kind: 'group' } }
}
