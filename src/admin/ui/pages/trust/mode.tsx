import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Trust } from '../../api.ts'

const MODES = ['observe', 'suggest', 'automate'] as const
/** The value of a control that stands for null. */
const GENERAL = 'general'

type Props = {
  label: string
  /** Only for screen readers. */
  quiet?: boolean
  value: Trust['mode'] | null
  /** What null is called; absent: there is no such choice. */
  general?: string
  disabled: boolean
  onChange: (mode: Trust['mode'] | null) => void
}

/** The steps of trust, the least first. */
export function ModeChoice({ label, quiet, value, general, disabled, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <Select
      {...(quiet ? { 'aria-label': label } : { label })}
      w={190}
      value={value ?? GENERAL}
      allowDeselect={false}
      disabled={disabled}
      onChange={(mode) => onChange(mode === GENERAL ? null : (mode as Trust['mode']))}
      data={[
        ...(general ? [{ value: GENERAL, label: general }] : []),
        ...MODES.map((mode) => ({ value: mode, label: t(`mode.${mode}`) })),
      ]}
    />
  )
}
