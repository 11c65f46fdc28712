import { Button } from '@mantine/core'
import { PauseIcon } from '@primer/octicons-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api.ts'

// Fetched when it is wanted: Today is shown without it.
const PauseDialog = lazy(async () => ({ default: (await import('./pause-dialog.tsx')).PauseDialog }))

export function PauseButton() {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  if (!useMay('operate')) return null
  return (
    <>
      <Button size="xs" variant="default" leftSection={<PauseIcon />} onClick={() => setOpen(true)}>
        {t('pause.button')}
      </Button>
      <Suspense>{open && <PauseDialog close={() => setOpen(false)} />}</Suspense>
    </>
  )
}
