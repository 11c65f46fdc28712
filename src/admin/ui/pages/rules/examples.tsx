/** Tickets that the rule must match, or must not: they are checked whenever rules are saved. */
import { ActionIcon, Button, Group, Paper, SegmentedControl, Stack, Textarea } from '@mantine/core'
import { CheckIcon, PlusIcon, TrashIcon, XIcon } from '@primer/octicons-react'
import { useTranslation } from 'react-i18next'
import type { Rule } from './use-draft.ts'

type Example = Rule['examples'][number]

type Props = {
  examples: Example[]
  set: (examples: Example[]) => void
  faults: { path: string; message: string }[]
  isTried: boolean
}

export function Examples({ examples, set, faults, isTried }: Props) {
  const { t } = useTranslation()
  // Empty ones are not sent, so they have no place among those that were checked.
  const sent = examples.filter(({ text }) => text.trim() !== '')
  const fails = (example: Example) => faults.some(({ path }) => path === `examples.${sent.indexOf(example)}`)
  return (
    <Paper className="card" component="section" aria-label={t('rules.examplesTitle')}>
      <h2>{t('rules.examplesTitle')}</h2>
      <p className="dim">{t('rules.examplesHint')}</p>
      <Stack gap="sm" mt="sm">
        {examples.map((example, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an example has no name of its own
          <div key={i} className="example">
            {example.subject && <b>{example.subject}</b>}
            <Textarea
              aria-label={t('rules.exampleText', { n: i + 1 })}
              value={example.text}
              onChange={(event) => set(examples.with(i, { ...example, text: event.currentTarget.value }))}
              autosize
              minRows={1}
              maxRows={6}
              maxLength={10_000}
            />
            <Group gap="xs">
              <SegmentedControl
                size="xs"
                value={example.matches ? 'yes' : 'no'}
                onChange={(value) => set(examples.with(i, { ...example, matches: value === 'yes' }))}
                data={[
                  { value: 'yes', label: t('rules.matches') },
                  { value: 'no', label: t('rules.matchesNot') },
                ]}
              />
              {isTried && sent.includes(example) && (
                <span className={fails(example) ? 'bad' : 'good'}>
                  {fails(example) ? <XIcon size={14} /> : <CheckIcon size={14} />}{' '}
                  {t(fails(example) ? 'rules.fails' : 'rules.holds')}
                </span>
              )}
              <span className="spacer" />
              <ActionIcon
                variant="subtle"
                color="gray"
                onClick={() => set(examples.toSpliced(i, 1))}
                aria-label={t('rules.removeExample', { n: i + 1 })}
              >
                <TrashIcon />
              </ActionIcon>
            </Group>
          </div>
        ))}
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<PlusIcon />}
            onClick={() => set([...examples, { text: '', matches: true }])}
          >
            {t('rules.addExample')}
          </Button>
        </div>
      </Stack>
    </Paper>
  )
}
