/** How far each connection, field and value is trusted, on what evidence, and what is missing for more. */
import { Select } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { trust, useMay } from '../../api.ts'
import { FieldCard } from './field.tsx'
import { ModeChoice } from './mode.tsx'
import { useChange } from './use-change.ts'
import './words.ts'
import './trust.css'

const route = getRouteApi('/inside/trust')

export function TrustPage() {
  const { t } = useTranslation()
  const { connection } = route.useSearch()
  const { data } = useSuspenseQuery(trust(connection))
  const mayOperate = useMay('operate')
  const navigate = useNavigate()
  const change = useChange(data.connection)
  return (
    <div className="page">
      <div className="head">
        <h1>{t('trust.title')}</h1>
        <span className="spacer" />
        <Select
          aria-label={t('trust.connection')}
          data={data.connections}
          value={data.connection}
          allowDeselect={false}
          onChange={(name) => void navigate({ to: '/trust', search: { connection: name ?? undefined } })}
        />
      </div>
      <p className="dim">
        {t('trust.hint')} {t('trust.future')}
      </p>
      <div className="trust-general">
        <ModeChoice
          label={t('trust.mode')}
          value={data.mode}
          disabled={!mayOperate || change.isPending}
          onChange={(mode) => mode && change.mutate({ mode })}
        />
        <Select
          label={t('trust.promotion')}
          data={[
            { value: 'none', label: t('trust.promotionNone') },
            { value: 'one', label: t('trust.promotionOne') },
            { value: 'two', label: t('trust.promotionTwo') },
          ]}
          value={data.promotion}
          allowDeselect={false}
          disabled={!mayOperate || change.isPending}
          onChange={(promotion) => change.mutate({ settings: { promotion: promotion as typeof data.promotion } })}
        />
      </div>
      {data.fields.map((field) => (
        <FieldCard key={`${data.connection}/${field.field}`} of={field} trust={data} />
      ))}
    </div>
  )
}
