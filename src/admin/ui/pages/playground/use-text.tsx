/** Makes the text an example of a rule: what the rule must, or must not, match from now on. */
import { Button, Group, SegmentedControl, Select } from '@mantine/core'
import { LawIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rules, useMay } from '../../api.ts'
import type { Classified } from './use-classify.ts'

/** As much as an example may hold. */
const LONGEST = 10_000

export function UseText({ result }: { result: Classified }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const mayEdit = useMay('edit')
  const [rule, setRule] = useState<string | null>(null)
  const [matches, setMatches] = useState(true)
  const { data } = useQuery({ ...rules, enabled: mayEdit })
  if (!mayEdit) return null
  // As the rules read it: without quotes, and masked.
  const { subject, text } = result.prepared
  const example = { ...(subject ? { subject } : {}), text: text.slice(0, LONGEST), matches }
  return (
    <section className="usetext" aria-label={t('playground.ruleExample')}>
      <h3>{t('playground.ruleExample')}</h3>
      <Group gap="xs">
        <Select
          aria-label={t('playground.rule')}
          placeholder={t('playground.newRule')}
          data={(data?.draft?.rules ?? data?.rules ?? []).map(({ id }) => id)}
          value={rule}
          onChange={setRule}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('playground.newRule') }}
        />
        <SegmentedControl
          size="xs"
          value={matches ? 'yes' : 'no'}
          onChange={(value) => setMatches(value === 'yes')}
          data={[
            { value: 'yes', label: t('playground.matches') },
            { value: 'no', label: t('playground.matchesNot') },
          ]}
        />
        <Button
          variant="default"
          leftSection={<LawIcon />}
          onClick={() =>
            void navigate({ to: '/rules', search: { edit: rule ?? '' }, state: (old) => ({ ...old, example }) })
          }
        >
          {t('playground.toRule')}
        </Button>
      </Group>
    </section>
  )
}
