/** The values of a field, in their order, with what tells them apart. */
import { ActionIcon, Badge, Button, Paper } from '@mantine/core'
import { ArrowDownIcon, ArrowUpIcon, PencilIcon, PlusIcon } from '@primer/octicons-react'
import { useTranslation } from 'react-i18next'
import { plain } from '../../parts/format.ts'
import type { Field, Value } from './use-draft.ts'

type Props = {
  field: Field
  /** Absent: nothing can be changed. */
  open: ((value: string) => void) | undefined
  editField: () => void
  move: (value: string, by: 1 | -1) => void
}

const SYNONYMS = 8

export function Values({ field, open, editField, move }: Props) {
  const { t } = useTranslation()
  const values = field.kind === 'choice' ? field.values : []
  return (
    <Paper component="section" className="card" aria-label={field.title ?? plain(field.id)}>
      <div className="fieldhead">
        <div className="grow">
          <h2>
            {field.title ?? plain(field.id)} <span className="mono dim">{field.id}</span>
          </h2>
          <p className="dim">{field.description}</p>
          <div className="dim">
            {[
              t(`taxonomy.kind.${field.kind}`),
              t(`taxonomy.source.${field.source}`),
              t(field.required ? 'taxonomy.required' : 'taxonomy.optional'),
            ].join(' · ')}
          </div>
        </div>
        {open && (
          <>
            <Button variant="subtle" color="gray" leftSection={<PencilIcon />} onClick={editField}>
              {t('taxonomy.editField')}
            </Button>
            {field.kind === 'choice' && (
              <Button variant="default" leftSection={<PlusIcon />} onClick={() => open('')}>
                {t('taxonomy.addValue')}
              </Button>
            )}
          </>
        )}
      </div>
      {values.length > 0 && (
        <ol className="values">
          {values.map((value, i) => (
            <li key={value.id}>
              <Named value={value} />
              <Told value={value} />
              {open && (
                <span className="tools">
                  <Tool label={t('taxonomy.up', { name: value.id })} disabled={i === 0} run={() => move(value.id, -1)}>
                    <ArrowUpIcon />
                  </Tool>
                  <Tool
                    label={t('taxonomy.down', { name: value.id })}
                    disabled={i === values.length - 1}
                    run={() => move(value.id, 1)}
                  >
                    <ArrowDownIcon />
                  </Tool>
                  <Tool label={t('taxonomy.edit', { name: value.id })} run={() => open(value.id)}>
                    <PencilIcon />
                  </Tool>
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
    </Paper>
  )
}

function Named({ value }: { value: Value }) {
  const { t } = useTranslation()
  return (
    <div className="named">
      <b>{value.title ?? plain(value.id)}</b>
      <span className="mono dim">{value.id}</span>
      {!value.automatic && <Badge color="orange">{t('taxonomy.guarded')}</Badge>}
      {value.guarded && <Badge color="gray">{t('taxonomy.strict')}</Badge>}
    </div>
  )
}

function Told({ value: { description, synonyms, replaces } }: { value: Value }) {
  const { t } = useTranslation()
  const rest = synonyms.length - SYNONYMS
  return (
    <div className="told">
      <div>{description || <span className="dim">{t('taxonomy.noDescription')}</span>}</div>
      {synonyms.length > 0 && (
        <div className="dim">
          {synonyms.slice(0, SYNONYMS).join(', ')}
          {rest > 0 && ` ${t('taxonomy.more', { count: rest })}`}
        </div>
      )}
      {replaces && replaces.length > 0 && (
        <div className="dim">{t('taxonomy.replaces', { names: replaces.join(', ') })}</div>
      )}
    </div>
  )
}

type ToolProps = { label: string; disabled?: boolean; run: () => void; children: React.ReactNode }

function Tool({ label, disabled, run, children }: ToolProps) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} disabled={disabled} onClick={run}>
      {children}
    </ActionIcon>
  )
}
