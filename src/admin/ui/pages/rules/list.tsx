/** The rules in their order: the first that decides a field wins. */
import { ActionIcon, Badge, Button, Group, Paper, Switch, TextInput } from '@mantine/core'
import { ArrowDownIcon, ArrowUpIcon, PencilIcon, PlusIcon, SearchIcon } from '@primer/octicons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Rule } from './use-draft.ts'
import { useRuleWords } from './words-of-rule.ts'

type Props = {
  rules: Rule[]
  faults: { path: string; message: string }[]
  /** Absent: nothing can be changed. */
  edit: { open: (id: string) => void; move: (id: string, by: 1 | -1) => void; set: (rule: Rule) => void } | undefined
}

export function RuleList({ rules, faults, edit }: Props) {
  const { t } = useTranslation()
  const words = useRuleWords()
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const found = rules
    .map((rule, index) => ({ rule, index }))
    .filter(({ rule }) => JSON.stringify(rule).toLowerCase().includes(wanted))
  return (
    <Paper component="section" className="card" aria-label={t('policy.rules')}>
      <Group gap="sm" mb="xs">
        <TextInput
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          leftSection={<SearchIcon size={14} />}
          placeholder={t('rules.search')}
          aria-label={t('rules.search')}
          type="search"
        />
        <span className="dim">{t('rules.order')}</span>
        <span className="spacer" />
        {edit && (
          <Button variant="default" leftSection={<PlusIcon />} onClick={() => edit.open('')}>
            {t('rules.add')}
          </Button>
        )}
      </Group>
      <ol className="rulelist">
        {found.map(({ rule, index }) => (
          <li key={rule.id} data-off={!rule.enabled || undefined}>
            <span className="dim num">{index + 1}</span>
            <div className="clip">
              <div>
                <b className="mono">{rule.id}</b> <span className="dim">{rule.description}</span>
              </div>
              <div className="when">{words.conditions(rule).join(' · ')}</div>
              {faults
                .filter(({ path }) => path.startsWith(`${rule.id}.`))
                .map(({ path, message }) => (
                  <div className="bad" key={path}>
                    {message}
                  </div>
                ))}
            </div>
            <div className="then">
              <Badge color="rail">{words.effect(rule)}</Badge>
              {rule.examples.length > 0 && (
                <div className="dim">{t('rules.examples', { count: rule.examples.length })}</div>
              )}
            </div>
            {edit && (
              <span className="tools">
                <Switch
                  size="xs"
                  checked={rule.enabled}
                  onChange={(event) => edit.set({ ...rule, enabled: event.currentTarget.checked })}
                  aria-label={t('rules.enabledOf', { name: rule.id })}
                />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={index === 0}
                  onClick={() => edit.move(rule.id, -1)}
                  aria-label={t('rules.up', { name: rule.id })}
                >
                  <ArrowUpIcon />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={index === rules.length - 1}
                  onClick={() => edit.move(rule.id, 1)}
                  aria-label={t('rules.down', { name: rule.id })}
                >
                  <ArrowDownIcon />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  onClick={() => edit.open(rule.id)}
                  aria-label={t('rules.edit', { name: rule.id })}
                >
                  <PencilIcon />
                </ActionIcon>
              </span>
            )}
          </li>
        ))}
      </ol>
      {found.length === 0 && <p className="dim">{t('common.nothing')}</p>}
    </Paper>
  )
}
