/** Where our fields are in the helpdesk: what is proposed, with reasons and real tickets, and what is saved. */
import { Button, Group, Loader } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FaultText } from '../../parts/fault.tsx'
import { useFieldName } from '../../parts/format.ts'
import { Step } from '../../parts/step.tsx'
import { tell } from '../../parts/tell.ts'
import { vendorName } from './names.ts'
import { ProposalList } from './proposals.tsx'
import { type Connection, metadata, proposals } from './queries.ts'
import { useChange } from './use-change.ts'

type Props = { one: Connection; mayAdminister: boolean }

export function MappingStep({ one, mayAdminister }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const mapped = Object.keys(one.mapping.fields).length > 0
  const [asked, setAsked] = useState(false)
  // A new connection has no mapping: it is proposed without a question.
  const open = mayAdminister && (asked || !mapped)
  const found = useQuery({ ...proposals(one.name), enabled: open })
  const again = () => {
    setAsked(true)
    void client.resetQueries(proposals(one.name))
  }
  return (
    <Step
      title={t('connections.mapping')}
      done={mapped}
      says={t('connections.mappingHint', { desk: vendorName(one.kind) })}
      actions={
        mayAdminister &&
        !open && (
          <Button size="xs" variant="default" onClick={again}>
            {t('connections.propose')}
          </Button>
        )
      }
    >
      {open && found.isFetching && (
        <Group gap="sm" role="status">
          <Loader size="xs" />
          {t('connections.proposing', { desk: vendorName(one.kind) })}
        </Group>
      )}
      {open && found.error && !found.isFetching && (
        <>
          <FaultText error={found.error} />
          <Group>
            <Button size="xs" variant="default" onClick={again}>
              {t('common.retry')}
            </Button>
          </Group>
        </>
      )}
      {open && found.data && !found.isFetching && (
        <ProposalList
          one={one}
          found={found.data}
          saved={() => {
            setAsked(false)
            tell(t('connections.mappingSaved'))
          }}
          close={mapped ? () => setAsked(false) : undefined}
        />
      )}
      {!open && mapped && <Mapped one={one} mayAdminister={mayAdminister} />}
      {!open && !mapped && <p className="dim">{t('connections.notMapped')}</p>}
    </Step>
  )
}

/** What the mapping says now; the names of the fields come from the helpdesk. */
function Mapped({ one, mayAdminister }: Props) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const change = useChange(one)
  const { data } = useQuery(metadata(one.name, one.mode))
  const { fields, group, groups, people } = one.mapping
  type Target = (typeof fields)[string] | NonNullable<typeof group>
  const placeOf = (target: Target): string => {
    switch (target.to) {
      case 'all':
        return target.parts.map(placeOf).join(' + ')
      case 'field':
        return data?.fields.find(({ id }) => id === target.id)?.name ?? target.id
      case 'label':
        return target.prefix ? t('connections.to.labelOf', { prefix: target.prefix }) : t('connections.to.label')
      default:
        return t(`connections.to.${target.to}`)
    }
  }
  const count = (target: Target) => ('values' in target ? Object.keys(target.values).length : 0)
  const rows = [
    ...Object.entries(fields).map(([field, target]) => ({
      field,
      place: placeOf(target),
      says: count(target) > 0 ? t('connections.values', { count: count(target) }) : '',
    })),
    ...(group
      ? [
          {
            field: 'group',
            place: placeOf(group),
            says: t('connections.groups', { count: Object.keys(groups).length }),
          },
        ]
      : []),
    ...(Object.keys(people).length > 0
      ? [
          {
            field: 'assignee',
            place: t('connections.to.account'),
            says: t('connections.people', { count: Object.keys(people).length }),
          },
        ]
      : []),
  ]
  return (
    <ul className="lines mapped">
      {rows.map(({ field, place, says }) => (
        <li key={field}>
          <span className="field">{nameOf(field)}</span>
          <span aria-hidden="true">→</span>
          <b className="cut">{place}</b>
          <span className="dim nowrap">{says}</span>
          <span className="spacer" />
          {mayAdminister && Object.hasOwn(fields, field) && (
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              aria-label={t('connections.unmapOf', { field: nameOf(field) })}
              loading={change.isPending}
              onClick={() => change.mutate({ mapping: { fields: { [field]: null } } })}
            >
              {t('connections.unmap')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}
