/** One rule as a form, and beside it what it would do to the last tickets, as it is typed. */
import { Button, Checkbox, Group, Paper, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { ArrowLeftIcon } from '@primer/octicons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Conditions } from './conditions.tsx'
import { setRule } from './edits.ts'
import { Effect } from './effect.tsx'
import { Examples } from './examples.tsx'
import { type Form, formOf, ruleOf } from './form.ts'
import { Trial, useTrial } from './trial.tsx'
import type { Rule } from './use-draft.ts'

type Example = Rule['examples'][number]

type Props = {
  /** Absent: a new one. */
  rule: Rule | undefined
  rules: Rule[]
  /** A ticket that was brought here to be one of its examples. */
  example: Example | undefined
  close: () => void
  save: (rule: Rule) => void
  remove: () => void
}

const TYPING_MS = 400

export function EditRule({ rule, rules, example, close, save, remove }: Props) {
  const { t } = useTranslation()
  const [form, setForm] = useState<Form>(() => {
    const start = formOf(rule)
    return example ? { ...start, examples: [...start.examples, example] } : start
  })
  const set = (part: Partial<Form>) => setForm((old) => ({ ...old, ...part }))
  const complete = ruleOf(form)
  const [tried] = useDebouncedValue(complete, TYPING_MS)
  const trial = useTrial(tried && setRule(tried, rule?.id)(rules), tried?.id)
  const faults = (trial.data?.faults ?? []).filter((fault) => fault.rule === form.id)
  const taken = form.id !== rule?.id && rules.some(({ id }) => id === form.id)
  return (
    <div className="withform">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (complete) save(complete)
        }}
      >
        <Stack gap="md">
          <Paper className="card" component="section" aria-label={t('rules.about')}>
            <Group mb="xs">
              <Button variant="subtle" size="compact-sm" color="gray" leftSection={<ArrowLeftIcon />} onClick={close}>
                {t('rules.back')}
              </Button>
            </Group>
            <Stack gap="sm">
              <Group grow align="start">
                <TextInput
                  label={t('rules.id')}
                  value={form.id}
                  onChange={(event) =>
                    set({ id: event.currentTarget.value.toLowerCase().replace(/[^a-z0-9_-]+/g, '-') })
                  }
                  maxLength={63}
                  required
                  error={taken ? t('rules.taken') : undefined}
                />
                <TextInput
                  label={t('rules.description')}
                  value={form.description}
                  onChange={(event) => set({ description: event.currentTarget.value })}
                  maxLength={500}
                />
              </Group>
              <Checkbox
                label={t('rules.enabled')}
                checked={form.enabled}
                onChange={(event) => set({ enabled: event.currentTarget.checked })}
              />
            </Stack>
          </Paper>
          <Conditions form={form} set={set} faults={faults} />
          <Effect form={form} set={set} faults={faults} />
          <Examples
            examples={form.examples}
            set={(examples) => set({ examples })}
            faults={faults}
            isTried={trial.data !== undefined}
          />
          <Group justify="space-between">
            {rule ? (
              <Button variant="subtle" color="red" onClick={remove}>
                {t('rules.remove')}
              </Button>
            ) : (
              <span />
            )}
            <Group>
              <Button variant="default" onClick={close}>
                {t('common.cancel')}
              </Button>
              <Button
                type="submit"
                disabled={complete === null || taken}
                title={complete === null ? t('rules.incomplete') : undefined}
              >
                {t('rules.save')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
      <Trial
        trial={trial}
        isComplete={complete !== null}
        addExample={(added) => set({ examples: [...form.examples, added] })}
      />
    </div>
  )
}
