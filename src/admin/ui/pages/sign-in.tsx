import { Alert, Button, Center, Divider, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, client, said } from '../api.ts'
import icon from '../icon.svg'
import { FaultText } from '../parts/fault.tsx'

const route = getRouteApi('/sign-in')

export function SignIn() {
  const { t } = useTranslation()
  const { to, refused: why } = route.useSearch()
  const { oidc } = route.useLoaderData()
  const { refused } = route.useRouteContext()
  const router = useRouter()
  const [token, setToken] = useState('')
  const signIn = useMutation({
    mutationFn: () => said(api.session.$post({ json: { token } })),
    onSuccess: () => {
      client.clear()
      router.history.push(to ?? '/')
    },
  })
  const fault = signIn.error ?? (signIn.isIdle ? refused : null)
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper p="xl" w={400} maw="100%">
        <form
          onSubmit={(event) => {
            event.preventDefault()
            signIn.mutate()
          }}
        >
          <Stack>
            <img src={icon} width={40} height={40} alt="" />
            <Title order={1} size="h3">
              {t('signIn.title')}
            </Title>
            {why && fault === null && (
              <Alert color="red" variant="light" role="alert" title={t(`signIn.refused.${why}`)}>
                {t(`signIn.next.${why}`)}
              </Alert>
            )}
            {oidc && (
              <>
                <Button component="a" href={hrefOf(to)} size="md" autoFocus>
                  {t('signIn.account')}
                </Button>
                <Divider label={t('signIn.or')} />
              </>
            )}
            <PasswordInput
              label={t('signIn.token')}
              required
              autoFocus={!oidc}
              autoComplete="current-password"
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
              size="md"
            />
            {fault !== null && <FaultText error={fault} />}
            <Button type="submit" size="md" variant={oidc ? 'default' : 'filled'} loading={signIn.isPending}>
              {t('signIn.go')}
            </Button>
            <Text size="sm" c="dimmed">
              {t(oidc ? 'signIn.hintAccount' : 'signIn.hint')}
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}

/** The identity provider sends the browser back to where the person wanted to go. */
const hrefOf = (to: string | undefined) => `/api/v1/session/oidc${to ? `?to=${encodeURIComponent(to)}` : ''}`
