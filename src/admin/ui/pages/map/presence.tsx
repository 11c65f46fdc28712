/** Who is there when: the hours of groups, absence and limits of people. */
import { Badge, Button, Paper, TextInput } from '@mantine/core'
import { SearchIcon } from '@primer/octicons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MapCheck, MapDocument } from '../../api.ts'
import { today, useDescribe } from './describe.ts'
import { HoursDialog } from './edit-hours.tsx'
import { PersonDialog } from './edit-person.tsx'
import { namedBy, setPresence } from './rows.ts'

type Part = 'hours' | 'people'
type Props = {
  map: MapDocument
  check: MapCheck | undefined
  /** Absent: nothing can be changed. */
  save: ((edit: (map: MapDocument) => MapDocument) => void) | undefined
}

export function Presence({ map, check, save }: Props) {
  const { t } = useTranslation()
  const describe = useDescribe()
  const [text, setText] = useState('')
  const [open, setOpen] = useState<{ part: Part; name: string } | null>(null)
  const { groups, people } = namedBy(map)
  const isWanted = (name: string) => name.toLowerCase().includes(text.trim().toLowerCase())
  const named = (names: string[], part: Part) =>
    // What nobody names any more has to be seen to be removed.
    [...new Set([...names, ...Object.keys(map[part] ?? {})])].filter(isWanted)
  const faultOf = (part: Part, name: string) =>
    check?.faults.find(({ path }) => path === `${part}.${name}` || path.startsWith(`${part}.${name}.`))?.message
  const line = (part: Part, name: string, told: string | undefined, otherwise: string, badge?: string) => (
    <li key={name}>
      <span className="presence">
        <span>
          <b>{name}</b> {badge && <Badge color="gray">{badge}</Badge>}
        </span>
        <span className={told ? undefined : 'dim'}>{told ?? otherwise}</span>
        {faultOf(part, name) && <span className="bad">{faultOf(part, name)}</span>}
      </span>
      {save && (
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => setOpen({ part, name })}
          aria-label={t(part === 'hours' ? 'map.editHours' : 'map.editPerson', { name })}
        >
          {t('map.change')}
        </Button>
      )}
    </li>
  )
  const done = () => setOpen(null)
  return (
    <div className="presences">
      <TextInput
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        leftSection={<SearchIcon size={14} />}
        placeholder={t('map.searchPresence')}
        aria-label={t('map.searchPresence')}
        type="search"
        className="presencesearch"
      />
      <Paper component="section" className="card" aria-label={t('map.groupHours')}>
        <h2>{t('map.groupHours')}</h2>
        <p className="dim">{t('map.groupHoursHint')}</p>
        <ul className="lines">
          {named(groups, 'hours').map((name) => {
            const hours = map.hours?.[name]
            return line('hours', name, hours && describe.hours(hours), t('map.always'))
          })}
        </ul>
      </Paper>
      <Paper component="section" className="card" aria-label={t('map.absences')}>
        <h2>{t('map.absences')}</h2>
        <p className="dim">{t('map.absencesHint')}</p>
        <ul className="lines">
          {named(people, 'people').map((name) => {
            const person = map.people?.[name]
            const isAway = person?.away.some(({ from, until }) => from <= today() && today() <= until)
            const told = person && describe.person(person)
            return line('people', name, told || undefined, t('map.noAbsence'), isAway ? t('map.awayNow') : undefined)
          })}
        </ul>
      </Paper>
      {save && open?.part === 'hours' && (
        <HoursDialog
          name={open.name}
          hours={map.hours?.[open.name]}
          close={done}
          save={(hours) => {
            save((old) => setPresence(old, 'hours', open.name, hours))
            done()
          }}
        />
      )}
      {save && open?.part === 'people' && (
        <PersonDialog
          name={open.name}
          person={map.people?.[open.name]}
          close={done}
          save={(person) => {
            save((old) => setPresence(old, 'people', open.name, person))
            done()
          }}
        />
      )}
    </div>
  )
}
