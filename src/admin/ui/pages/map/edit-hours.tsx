/** The hours of one group. */
import { Button, Group, Modal, Select, Stack, TagsInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Calendar } from '../../api.ts'
import { DAYS, type Day, useDescribe } from './describe.ts'

type Props = {
  name: string
  hours: Calendar | undefined
  close: () => void
  /** Null: the group is always there. */
  save: (hours: Calendar | null) => void
}

const SPAN = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/
const DATE = /^\d{4}-\d{2}-\d{2}$/

export function HoursDialog({ name, hours, close, save }: Props) {
  const { t } = useTranslation()
  const { longDay } = useDescribe()
  const [timeZone, setTimeZone] = useState(hours?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
  const [week, setWeek] = useState(() => Object.fromEntries(DAYS.map((day) => [day, textOf(hours, day)])))
  const [holidays, setHolidays] = useState(hours?.holidays ?? [])
  const wrong = (day: Day) => (spansOf(week[day]!).every((span) => SPAN.test(span)) ? undefined : t('map.wrongHours'))
  const isWrong = DAYS.some(wrong) || !holidays.every((day) => DATE.test(day))
  return (
    <Modal
      opened
      onClose={close}
      title={t('map.hoursTitle', { name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      centered
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isWrong) return
          const spans = Object.fromEntries(DAYS.map((day) => [day, spansOf(week[day]!)])) as Calendar['week']
          save({ timeZone, week: spans, holidays: [...new Set(holidays)].sort() })
        }}
      >
        <Stack gap="xs">
          <Select
            label={t('map.timeZone')}
            data={[...new Set([timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])]}
            value={timeZone}
            onChange={(zone) => zone && setTimeZone(zone)}
            allowDeselect={false}
            searchable
            limit={200}
          />
          <p className="dim">{t('map.hoursHint')}</p>
          {DAYS.map((day) => (
            <TextInput
              key={day}
              label={longDay(day)}
              className="day"
              value={week[day]}
              placeholder={t('map.closed')}
              onChange={(event) => setWeek({ ...week, [day]: event.currentTarget.value })}
              error={wrong(day)}
              data-autofocus={day === 'mon' || undefined}
            />
          ))}
          <Group>
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => setWeek({ ...week, tue: week.mon!, wed: week.mon!, thu: week.mon!, fri: week.mon! })}
            >
              {t('map.likeMonday')}
            </Button>
          </Group>
          <TagsInput
            label={t('map.holidays')}
            description={t('map.holidaysHint')}
            value={holidays}
            onChange={setHolidays}
            error={holidays.every((day) => DATE.test(day)) ? undefined : t('map.wrongDate')}
          />
          <Group justify="space-between" mt="sm">
            {hours ? (
              <Button variant="subtle" color="red" onClick={() => save(null)}>
                {t('map.removeHours')}
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit" disabled={isWrong}>
              {t('map.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

const textOf = (hours: Calendar | undefined, day: Day) =>
  hours ? hours.week[day].join(', ') : day === 'sat' || day === 'sun' ? '' : '09:00-17:00'

/** `9:00 – 12:30` is written as the map has it: `09:00-12:30`. */
const spansOf = (text: string) =>
  text
    .split(',')
    .map((span) =>
      span
        .replace(/\s/g, '')
        .replace(/[–—]/g, '-')
        .replace(/(^|-)(\d:)/g, '$10$2'),
    )
    .filter(Boolean)
