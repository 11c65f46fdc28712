/** A text or a mail, decided as it would be now, without anything being written; by two classifiers side by side. */
import { Button, Group, Paper, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useSessionStorage } from '@mantine/hooks'
import { BeakerIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { todays, useMay } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { MakeTest } from './make-test.tsx'
import { readMail } from './read-mail.ts'
import { Result } from './result.tsx'
import { TestList } from './test-list.tsx'
import type { Test } from './tests.ts'
import { type Choice, CLASSIFIERS, type Classified, useClassify } from './use-classify.ts'
import { UseText } from './use-text.tsx'
import './words.ts'
import './playground.css'

export function Playground() {
  const { t } = useTranslation()
  const brought = useRouterState({ select: ({ location }) => location.state.example })
  const [subject, setSubject] = useState(brought?.subject ?? '')
  const [text, setText] = useState(brought?.text ?? '')
  const [connection, setConnection] = useState<string | null>(null)
  const [first, setFirst] = useState<Choice | null>(null)
  const [second, setSecond] = useState<Choice | null>(null)
  const [tests, setTests] = useSessionStorage<Test[]>({ key: 'tests', defaultValue: [] })
  const left = useClassify()
  const right = useClassify()
  const mayClassify = useMay('classify')
  const { data: today } = useQuery(todays)
  const isPaused = !mayClassify || text.trim() === ''
  const run = () => {
    if (isPaused) return
    const asked = { subject, text, ...(connection ? { connection } : {}) }
    left.mutate({ ...asked, ...(first ? { classifier: first } : {}) })
    if (second) right.mutate({ ...asked, classifier: second })
    else right.reset()
  }
  return (
    <div className="page wide">
      <div className="head">
        <h1>{t('playground.title')}</h1>
        <span className="dim">{t('playground.hint')}</span>
      </div>
      <div className="playground" data-two={second !== null || undefined}>
        <Paper component="section" className="card" aria-label={t('playground.ticket')}>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              run()
            }}
          >
            <Stack gap="sm">
              <TextInput
                label={t('playground.subject')}
                value={subject}
                onChange={(event) => setSubject(event.currentTarget.value)}
                maxLength={1000}
              />
              <Textarea
                label={t('playground.text')}
                description={t('playground.textHint')}
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
                onPaste={(event) => {
                  const mail = text === '' ? readMail(event.clipboardData.getData('text')) : null
                  if (!mail) return
                  event.preventDefault()
                  setSubject(mail.subject)
                  setText(mail.text)
                }}
                onKeyDown={(event) => {
                  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run()
                }}
                maxLength={200_000}
                autosize
                minRows={8}
                maxRows={18}
                data-autofocus
              />
              <Select
                label={t('common.connection')}
                description={t('playground.connectionHint')}
                placeholder={t('playground.noConnection')}
                data={today?.connections.map(({ name }) => name) ?? []}
                value={connection}
                onChange={setConnection}
                clearable
                clearButtonProps={{ 'aria-label': t('playground.noConnection') }}
              />
              <Group grow align="start">
                <Classifier
                  label={t('playground.classifier')}
                  none={t('playground.asSet')}
                  value={first}
                  set={setFirst}
                />
                <Classifier
                  label={t('playground.beside')}
                  none={t('playground.nobody')}
                  value={second}
                  set={setSecond}
                />
              </Group>
              <Group>
                <Button
                  type="submit"
                  leftSection={<BeakerIcon />}
                  loading={left.isPending || right.isPending}
                  disabled={isPaused}
                  title={mayClassify ? undefined : t('playground.mayNot')}
                >
                  {t('playground.go')}
                </Button>
                <span className="dim">{t('playground.keys')}</span>
              </Group>
            </Stack>
          </form>
        </Paper>
        <Answered run={left} label={t('playground.result')} empty={t('playground.empty')}>
          {left.data && (
            <>
              <UseText result={left.data} />
              <MakeTest key={left.submittedAt} result={left.data} add={(test) => setTests([...tests, test])} />
            </>
          )}
        </Answered>
        {second && (
          <Answered run={right} label={t('playground.second')} empty={t('playground.emptySecond')} other={left.data} />
        )}
      </div>
      <div className="below">
        <TestList tests={tests} set={setTests} mayRun={mayClassify} />
      </div>
    </div>
  )
}

type ClassifierProps = { label: string; none: string; value: Choice | null; set: (value: Choice | null) => void }

function Classifier({ label, none, value, set }: ClassifierProps) {
  const { t } = useTranslation()
  return (
    <Select
      label={label}
      placeholder={none}
      data={CLASSIFIERS.map((each) => ({ value: each, label: t(`playground.by.${each}`) }))}
      value={value}
      onChange={(chosen) => set(chosen as Choice | null)}
      clearable
      clearButtonProps={{ 'aria-label': none }}
    />
  )
}

type AnsweredProps = {
  run: ReturnType<typeof useClassify>
  label: string
  empty: string
  /** What another classifier said: what differs is marked. */
  other?: Classified | undefined
  children?: React.ReactNode
}

function Answered({ run: { data, error, isPending }, label, empty, other, children }: AnsweredProps) {
  return (
    <Paper component="section" className="card" aria-label={label} aria-busy={isPending}>
      <h2>{label}</h2>
      {error && <FaultText error={error} />}
      {!error && !data && <p className="dim">{empty}</p>}
      {data && (
        <>
          <Result result={data} other={other} />
          {children}
        </>
      )}
    </Paper>
  )
}
