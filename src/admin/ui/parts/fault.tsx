import { Alert, Button, Group } from '@mantine/core'
import { Link, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Problem } from '../api.ts'
import { tell } from './tell.ts'

/** What went wrong and what to do about it, in the API's own words. */
export function FaultText({ error }: { error: unknown }) {
  const { t } = useTranslation()
  return (
    <Alert color="red" variant="light" title={messageOf(error) || t('error.title')} role="alert">
      {error instanceof Problem && error.next}
      {error instanceof Problem && error.faults.length > 1 && (
        <ul>
          {error.faults.map(({ path, message }) => (
            <li key={path + message}>{message}</li>
          ))}
        </ul>
      )}
    </Alert>
  )
}

/** A page that could not be shown. */
export function Fault({ error, reset }: { error: unknown; reset?: () => void }) {
  const { t } = useTranslation()
  const router = useRouter()
  return (
    <div className="page">
      <FaultText error={error} />
      {reset && (
        <Group mt="md">
          <Button
            variant="default"
            onClick={() => {
              reset()
              void router.invalidate()
            }}
          >
            {t('common.retry')}
          </Button>
        </Group>
      )}
    </div>
  )
}

export function NotFound() {
  const { t } = useTranslation()
  return (
    <main className="page">
      <h1>{t('error.notFound')}</h1>
      <p>
        <Link to="/">{t('error.toToday')}</Link>
      </p>
    </main>
  )
}

/** Says in a corner of the page why an action failed. */
export function showFault(error: unknown) {
  tell(error instanceof Problem ? error.next : '', {
    color: 'red',
    title: messageOf(error),
    autoClose: 10_000,
  })
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : '')
