/** How far it is trusted: the connection, and each of its fields. */
import { SegmentedControl, Select } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { taxonomy, useMay } from '../../api.ts'
import { useFieldName } from '../../parts/format.ts'
import { Step } from '../../parts/step.tsx'
import { tell } from '../../parts/tell.ts'
import type { Connection } from './queries.ts'
import { useChange } from './use-change.ts'

const MODES = ['observe', 'suggest', 'automate'] as const

export function ModeStep({ one }: { one: Connection }) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const mayOperate = useMay('operate')
  const { data } = useSuspenseQuery(taxonomy)
  const [single, setSingle] = useState(() => Object.keys(one.settings.modes).length > 0)
  const change = useChange(one)
  const mapped = Object.keys(one.mapping.fields).length > 0
  const set = (mode: (typeof MODES)[number]) =>
    change.mutate({ mode }, { onSuccess: () => tell(t(`connections.modeSet.${mode}`, { name: one.name })) })
  const written = [...data.fields.map(({ id }) => id), 'group', 'assignee'].filter(
    (field) => Object.hasOwn(one.mapping.fields, field) || field === 'group' || field === 'assignee',
  )
  return (
    <Step title={t('connections.trust')} done={one.mode !== 'observe'} says={t(`connections.modeHint.${one.mode}`)}>
      <SegmentedControl
        aria-label={t('connections.trust')}
        value={one.mode}
        disabled={!mayOperate || !mapped || change.isPending}
        onChange={(mode) => set(mode as (typeof MODES)[number])}
        data={MODES.map((mode) => ({ value: mode, label: t(`connections.modeName.${mode}`) }))}
        fullWidth
      />
      {!mapped && <p className="dim">{t('connections.mapFirst')}</p>}
      {mapped && (
        <button type="button" className="linkish" aria-expanded={single} onClick={() => setSingle(!single)}>
          {t('connections.perField')}
        </button>
      )}
      {single && (
        <ul className="lines modes">
          {written.map((field) => (
            <li key={field}>
              <span className="grow">{nameOf(field)}</span>
              <Select
                size="xs"
                w={190}
                aria-label={t('connections.modeOf', { field: nameOf(field) })}
                value={one.settings.modes[field] ?? ''}
                disabled={!mayOperate || change.isPending}
                allowDeselect={false}
                onChange={(mode) =>
                  change.mutate({ settings: { modes: { [field]: mode ? (mode as (typeof MODES)[number]) : null } } })
                }
                data={[
                  { value: '', label: t('connections.asConnection') },
                  ...MODES.map((mode) => ({ value: mode, label: t(`connections.modeName.${mode}`) })),
                ]}
              />
            </li>
          ))}
        </ul>
      )}
    </Step>
  )
}
