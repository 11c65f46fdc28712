/** The rows, day by day. Each opens in place, with what was there before and after. */
import { Paper } from '@mantine/core'
import { ChevronDownIcon, ChevronRightIcon } from '@primer/octicons-react'
import type { InferResponseType } from 'hono/client'
import { useTranslation } from 'react-i18next'
import type { api } from '../../api.ts'
import { useFormat } from '../../parts/format.ts'
import { useActionName } from './action-name.ts'
import { type Change, changesOf } from './changes.ts'

type Entry = InferResponseType<(typeof api)['audit']['$get'], 200>['items'][number]

/** Of more changes, the file of the export has all. */
const SHOWN = 100

type Props = { rows: Entry[]; open: string | undefined; pick: (id: string) => void; isEmpty: boolean }

export function Entries({ rows, open, pick, isEmpty }: Props) {
  const { t } = useTranslation()
  const format = useFormat()
  if (isEmpty)
    return (
      <Paper className="card nothing-found">
        <b>{t('audit.nothing')}</b>
        <p className="dim">{t('audit.nothingHint')}</p>
      </Paper>
    )
  const days = Map.groupBy(rows, ({ at }) => format.date(at))
  return [...days].map(([day, entries]) => (
    <section key={day} className="audit-day">
      <h2>{day}</h2>
      <Paper component="ol" className="entries-of-day">
        {entries.map((entry) => (
          <EntryRow key={entry.id} entry={entry} isOpen={entry.id === open} pick={() => pick(entry.id)} />
        ))}
      </Paper>
    </section>
  ))
}

function EntryRow({ entry, isOpen, pick }: { entry: Entry; isOpen: boolean; pick: () => void }) {
  const format = useFormat()
  const nameOf = useActionName()
  const { id, at, actor, action, subject } = entry
  return (
    <li>
      <button type="button" className="entry" aria-expanded={isOpen} aria-controls={`entry-${id}`} onClick={pick}>
        {isOpen ? <ChevronDownIcon /> : <ChevronRightIcon />}
        <time dateTime={at} title={format.moment(at)} className="num dim">
          {format.time(at)}
        </time>
        <span className="who">{actor}</span>
        <span className="did">{nameOf(action)}</span>
        <span className="about dim">{subject}</span>
      </button>
      {isOpen && (
        <div id={`entry-${id}`} className="entry-body">
          <Values entry={entry} />
          <Proof entry={entry} />
        </div>
      )}
    </li>
  )
}

function Values({ entry: { before, after, emptied } }: { entry: Entry }) {
  const { t } = useTranslation()
  if (emptied) return <p className="dim">{t('audit.emptied')}</p>
  const changes = changesOf(before, after)
  if (changes.length === 0) return <p className="dim">{t('audit.noValues')}</p>
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
      <section className="audit-values" tabIndex={0} aria-label={t('audit.values')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('audit.value')}</th>
              <th scope="col">{t('audit.before')}</th>
              <th scope="col">{t('audit.after')}</th>
            </tr>
          </thead>
          <tbody>
            {changes.slice(0, SHOWN).map((change) => (
              <ChangeRow key={change.path} change={change} />
            ))}
          </tbody>
        </table>
      </section>
      {changes.length > SHOWN && <p className="dim">{t('audit.moreValues', { count: changes.length - SHOWN })}</p>}
    </>
  )
}

function ChangeRow({ change: { path, before, after } }: { change: Change }) {
  const { t } = useTranslation()
  const absent = <span className="dim">{t('audit.absent')}</span>
  return (
    <tr>
      <th scope="row">{path}</th>
      <td>{before === null ? absent : <del>{before}</del>}</td>
      <td>{after === null ? absent : <ins>{after}</ins>}</td>
    </tr>
  )
}

/** The place in the chain, for who compares it with a copy. */
function Proof({ entry: { id, action, seq, hash } }: { entry: Entry }) {
  const { t } = useTranslation()
  return (
    <p className="dim proof">
      <span className="mono">{action}</span>
      <span>{t('audit.number', { seq })}</span>
      {hash && (
        <span className="mono cut" title={hash}>
          {hash.slice(0, 16)}…
        </span>
      )}
      <span className="mono cut">{id}</span>
    </p>
  )
}
