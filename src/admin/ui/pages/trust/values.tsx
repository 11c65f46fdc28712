import { Button, Table, Tooltip, VisuallyHidden } from '@mantine/core'
import { useMutation, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, client, said, taxonomy, useMay } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'
import { plain, useFormat } from '../../parts/format.ts'
import { TakeOut } from './take-out.tsx'
import type { Standing, TrustedField } from './use-change.ts'

type Props = { of: TrustedField; connection: string; step: TrustedField['models'][number]['steps'][number] | undefined }

/** Each value with its evidence, its state, the first thing that is missing, and what a person may do. */
export function Values({ of, connection, step }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const mayOperate = useMay('operate')
  const { data } = useSuspenseQuery(taxonomy)
  const [leaving, setLeaving] = useState<string | null>(null)
  const promote = useMutation({
    mutationFn: (value: string) => said(api.trust.promote.$post({ json: { connection, field: of.field, value } })),
    onError: showFault,
    onSettled: () => client.invalidateQueries({ queryKey: ['live', 'trust'] }),
  })
  const field = data.fields.find(({ id }) => id === of.field)
  const isPersonOnly = (value: string) =>
    field && 'values' in field && field.values.some(({ id, automatic }) => id === value && automatic === false)
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('trust.value')}</Table.Th>
            {step && <Table.Th ta="right">{t('trust.automated', { asked: format.fine(step.asked) })}</Table.Th>}
            <Table.Th>{t('trust.evidence')}</Table.Th>
            <Table.Th>{t('trust.state')}</Table.Th>
            <Table.Th>
              <VisuallyHidden>{t('trust.actions')}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {of.values.map((standing) => (
            <Table.Tr key={standing.value}>
              <Table.Td>{plain(standing.value)}</Table.Td>
              {step && (
                <Table.Td ta="right" className="num">
                  {standing.value in step.byValue ? format.percent(step.byValue[standing.value]!) : '–'}
                </Table.Td>
              )}
              <Table.Td className="num">
                <Evidence of={standing} />
              </Table.Td>
              <Table.Td>{isPersonOnly(standing.value) ? t('trust.personOnly') : <State of={standing} />}</Table.Td>
              <Table.Td ta="right">
                {mayOperate && !isPersonOnly(standing.value) && (
                  <Actions
                    of={standing}
                    busy={promote.isPending}
                    promote={() => promote.mutate(standing.value)}
                    takeOut={() => setLeaving(standing.value)}
                  />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {leaving !== null && (
        <TakeOut place={{ connection, field: of.field, value: leaving }} close={() => setLeaving(null)} />
      )}
    </Table.ScrollContainer>
  )
}

function Evidence({ of: { proof, asked } }: { of: Standing }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { n, right, low, missing } = proof
  return (
    <>
      {n === 0 ? t('trust.nothing') : t('trust.evidenceOf', { right, n })}
      <div className="dim">
        {missing > 0
          ? t(n === 0 ? 'trust.without' : 'trust.more', { count: missing, asked: format.fine(asked) })
          : t('trust.atLeast', { low: format.fine(low) })}
      </div>
    </>
  )
}

function State({ of: { state, set } }: { of: Standing }) {
  const { t } = useTranslation()
  const format = useFormat()
  const name = t(state === 'asked' ? 'trust.askedState' : `trust.${state}`)
  return (
    <>
      <span className="trust-state" data-state={state}>
        {name}
      </span>
      {set && (
        <Tooltip label={set.because} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason is shown to the keyboard too */}
          <div className="dim" tabIndex={0}>
            {t('trust.setBy', { who: set.by ?? t('trust.byEvidence'), at: format.short(set.at) })}
            {set.ticket && ` · ${set.ticket}`}
          </div>
        </Tooltip>
      )}
    </>
  )
}

type ActionsProps = { of: Standing; busy: boolean; promote: () => void; takeOut: () => void }

function Actions({ of: { value, state, proof }, busy, promote, takeOut }: ActionsProps) {
  const { t } = useTranslation()
  const label = plain(value)
  const isPromotable = state !== 'promoted' && proof.missing === 0
  return (
    <div className="trust-actions">
      {isPromotable && (
        <Button
          size="xs"
          variant="light"
          loading={busy}
          onClick={promote}
          aria-label={t('trust.promoteOf', { value: label })}
        >
          {t(state === 'asked' ? 'trust.agree' : 'trust.promote')}
        </Button>
      )}
      {state !== 'demoted' && (
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          onClick={takeOut}
          aria-label={t('trust.takeOutOf', { value: label })}
        >
          {t('trust.takeOut')}
        </Button>
      )}
    </div>
  )
}
