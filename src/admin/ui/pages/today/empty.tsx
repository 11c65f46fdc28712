/** Before anything is connected, there is nothing to look at: this leads to where it is set up. */
import { Button, Group, Paper } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { todays } from '../../api.ts'

export function Empty() {
  const { t } = useTranslation()
  const { data: day } = useSuspenseQuery(todays)
  if (day.connections.length > 0) return null
  return (
    <Paper component="section" className="card" mb="md" aria-label={t('today.setUp')}>
      <Group justify="space-between">
        {t('today.empty')}
        <Button component={Link} to="/start">
          {t('today.setUp')}
        </Button>
      </Group>
    </Paper>
  )
}
