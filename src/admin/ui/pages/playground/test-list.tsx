/** The tests of this visit: run against what decides now, kept as a file. */
import { Button, FileButton, Group, Paper } from '@mantine/core'
import { CheckIcon, DownloadIcon, PlayIcon, TrashIcon, UploadIcon, XIcon } from '@primer/octicons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'
import { plain, useFieldName, useFormat } from '../../parts/format.ts'
import { tell } from '../../parts/tell.ts'
import { fileOf, readFile, type Test, wrongOf } from './tests.ts'

type Props = { tests: Test[]; set: (tests: Test[]) => void; mayRun: boolean }

export function TestList({ tests, set, mayRun }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useFieldName()
  const [values, setValues] = useState<Record<string, Record<string, string>>>({})
  const run = useMutation({
    async mutationFn() {
      setValues({})
      // One after the other: tickets of customers wait for the same model.
      for (const { id, subject, text } of tests) {
        const { values: got } = await said(api.classify.$post({ json: { subject, text: text || subject } }))
        setValues((old) => ({ ...old, [id]: got }))
      }
    },
    onError: showFault,
  })
  const ran = tests.filter(({ id }) => values[id])
  const right = ran.filter((test) => wrongOf(test, values[test.id]!).length === 0).length
  const load = async (file: File | null) => {
    if (!file) return
    const { tests: read, bad } = readFile(await file.text())
    set([...tests.filter(({ id }) => !read.some((each) => each.id === id)), ...read])
    tell(t('playground.loaded', { count: read.length }))
    if (bad.length > 0) tell(t('playground.badLines', { lines: bad.slice(0, 20).join(', ') }), { color: 'red' })
  }
  return (
    <Paper component="section" className="card" aria-label={t('playground.tests')}>
      <Group gap="xs">
        <h2>{t('playground.tests')}</h2>
        <span className="dim" role="status">
          {ran.length > 0 && t('playground.right', { right: format.number(right), of: format.number(ran.length) })}
        </span>
        <span className="spacer" />
        <FileButton onChange={(file) => void load(file)} accept=".jsonl,.ndjson,.json">
          {(props) => (
            <Button {...props} variant="subtle" color="gray" size="compact-sm" leftSection={<UploadIcon />}>
              {t('playground.load')}
            </Button>
          )}
        </FileButton>
        {tests.length > 0 && (
          <>
            <Button
              component="a"
              href={URL.createObjectURL(new Blob([fileOf(tests)], { type: 'application/jsonl' }))}
              download="tests.jsonl"
              variant="subtle"
              color="gray"
              size="compact-sm"
              leftSection={<DownloadIcon />}
            >
              {t('playground.download')}
            </Button>
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<PlayIcon />}
              loading={run.isPending}
              disabled={!mayRun}
              onClick={() => run.mutate()}
            >
              {t('playground.run', { count: tests.length })}
            </Button>
          </>
        )}
      </Group>
      {tests.length === 0 && <p className="dim">{t('playground.noTests')}</p>}
      <ul className="lines">
        {tests.map((test) => {
          const got = values[test.id]
          const wrong = got ? wrongOf(test, got) : []
          return (
            <li key={test.id}>
              {got && (
                <span className={wrong.length > 0 ? 'bad' : 'good'}>
                  {wrong.length > 0 ? <XIcon size={14} /> : <CheckIcon size={14} />}
                </span>
              )}
              <span className="cut">{test.subject || test.text}</span>
              <span className="spacer" />
              <span className="dim">
                {wrong.length > 0
                  ? wrong
                      .map((field) => `${nameOf(field)}: ${plain(got![field] ?? '–')} ≠ ${plain(test.labels[field]!)}`)
                      .join(', ')
                  : Object.values(test.labels).map(plain).join(', ')}
              </span>
              <Button
                variant="subtle"
                color="gray"
                size="compact-xs"
                onClick={() => set(tests.filter(({ id }) => id !== test.id))}
                aria-label={t('playground.removeTest', { name: test.subject || test.text.slice(0, 40) })}
              >
                <TrashIcon size={14} />
              </Button>
            </li>
          )
        })}
      </ul>
    </Paper>
  )
}
