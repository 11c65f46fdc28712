/** Where tickets go: a group, and who of it gets them. Both are picked, not typed. */
import { MultiSelect, Select, SimpleGrid } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFieldName } from '../../parts/format.ts'
import { type Goal, peopleOf } from './rows.ts'
import type { Targets } from './use-targets.ts'

const KINDS = ['group', 'fixed', 'round_robin', 'least_loaded'] as const
type Kind = (typeof KINDS)[number]

/** A goal that may still lack its people. */
export type GoalDraft = { group: string | null; kind: Kind; people: string[] }

export const draftOf = (goal: Goal): GoalDraft => ({
  group: goal.group,
  kind: goal.strategy.kind,
  people: peopleOf(goal),
})

/** Null: people are still to be chosen. */
export function goalOfDraft({ group, kind, people }: GoalDraft): Goal | null {
  if (kind === 'group') return { group, strategy: { kind } }
  if (people.length === 0) return null
  return { group, strategy: kind === 'fixed' ? { kind, assignee: people[0]! } : { kind, people } }
}

type Props = { value: GoalDraft; change: (goal: GoalDraft) => void; targets: Targets; focus?: boolean }

export function GoalFields({ value, change, targets, focus }: Props) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const [typed, setTyped] = useState('')
  const { group, kind, people } = value
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" verticalSpacing="sm" className="goal">
        <Select
          label={nameOf('group')}
          placeholder={t('map.noGroup')}
          inputWrapperOrder={['label', 'input', 'description']}
          description={group === null ? t('map.noGroupHint') : targets.hint('groups', group)}
          data={targets.options('groups', group === null ? [] : [group], typed)}
          value={group}
          onChange={(name) => change({ ...value, group: name })}
          onSearchChange={setTyped}
          nothingFoundMessage={t('common.nothing')}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('map.noGroup') }}
          data-autofocus={focus || undefined}
          openOnFocus={false}
        />
        <Select
          label={t('map.strategy')}
          value={kind}
          onChange={(next) => next && change({ ...value, kind: next as Kind })}
          data={KINDS.map((each) => ({ value: each, label: t(`map.kind.${each}`) }))}
          allowDeselect={false}
        />
      </SimpleGrid>
      {kind !== 'group' && (
        <MultiSelect
          label={t('map.people')}
          description={
            people
              .map((name) => targets.hint('people', name))
              .filter(Boolean)
              .join(' ') || undefined
          }
          data={targets.options('people', people)}
          value={people}
          onChange={(names) => change({ ...value, people: kind === 'fixed' ? names.slice(-1) : names })}
          nothingFoundMessage={t('common.nothing')}
          searchable
          hidePickedOptions
          error={people.length === 0 ? t('map.choosePeople') : undefined}
        />
      )}
    </>
  )
}
