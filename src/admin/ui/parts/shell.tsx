/** What is around every page: the menu, who is signed in, language and colours. */
import { ActionIcon, AppShell, Burger, Group, Kbd, Menu, Text, useMantineColorScheme } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { GlobeIcon, MoonIcon, SearchIcon, SignOutIcon } from '@primer/octicons-react'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { api, client, done, me, said, waitingForReview } from '../api.ts'
import { LANGUAGES, type Language, speak } from '../i18n/index.ts'
import icon from '../icon.svg'
import { showFault } from './fault.tsx'
import { useFormat } from './format.ts'
import { LiveProvider, useLive } from './live.ts'
import { usePages } from './pages.ts'

const Palette = lazy(async () => ({ default: (await import('./palette/index.tsx')).Palette }))

export function Shell() {
  const { t } = useTranslation()
  const [open, { toggle, close }] = useDisclosure()
  const [palette, { open: openPalette, close: closePalette }] = useDisclosure()
  useHotkeys([['mod+K', openPalette, { usePhysicalKeys: true }]], [])
  const live = useLive()
  const path = useRouterState({ select: (state) => state.location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a narrow screen the menu closes when another page is shown
  useEffect(close, [path])
  return (
    <LiveProvider value={live}>
      <a className="skip" href="#main">
        {t('nav.skip')}
      </a>
      <AppShell
        layout="alt"
        padding={0}
        header={{ height: { base: 48, sm: 0 } }}
        navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !open } }}
      >
        <AppShell.Header hiddenFrom="sm" px="sm">
          <Group h="100%" gap="sm">
            <Burger opened={open} onClick={toggle} size="sm" aria-label={t('nav.open')} />
            <Brand />
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="xs" aria-label={t('nav.sections')}>
          <Group justify="space-between" px="xs" py={6} mb="xs">
            <Brand />
            <Burger opened={open} onClick={toggle} size="sm" hiddenFrom="sm" aria-label={t('common.close')} />
          </Group>
          <button type="button" className="find" onClick={openPalette}>
            <SearchIcon /> {t('nav.find')} <Kbd size="xs">Ctrl K</Kbd>
          </button>
          <Sections />
          <Person />
        </AppShell.Navbar>
        <AppShell.Main id="main" tabIndex={-1}>
          <Suspense>
            <Outlet />
          </Suspense>
        </AppShell.Main>
      </AppShell>
      {palette && (
        <Suspense>
          <Palette close={closePalette} />
        </Suspense>
      )}
    </LiveProvider>
  )
}

function Brand() {
  return (
    <Link to="/" className="brand">
      <img src={icon} width={26} height={26} alt="" /> Pointsman
    </Link>
  )
}

function Sections() {
  const { t } = useTranslation()
  const pages = usePages()
  return (
    <div className="nav">
      {pages.map(({ to, name, icon: Icon }) => (
        <Link key={to} to={to} search={{}} activeOptions={{ exact: to === '/', includeSearch: false }}>
          <Icon /> {t(`nav.${name}`)} {name === 'review' && <Waiting />}
        </Link>
      ))}
    </div>
  )
}

function Waiting() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery(waitingForReview)
  const count = data ? data.held + data.sampled : 0
  return count === 0 ? null : (
    <span className="count num" title={t('nav.waiting', { count })}>
      {format.number(count)}
    </span>
  )
}

function Person() {
  const { t } = useTranslation()
  const { data: you } = useSuspenseQuery(me)
  return (
    <Group mt="auto" gap={4} px="xs" wrap="nowrap">
      <div className="grow">
        <Text size="sm" fw={550} truncate>
          {you.name}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {t(`role.${you.role}`)}
        </Text>
      </div>
      <Languages />
      <Schemes />
      <SignOut />
    </Group>
  )
}

function Languages() {
  const { t, i18n } = useTranslation()
  return (
    <Menu position="top-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('common.language')}>
          <GlobeIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(LANGUAGES) as Language[]).map((code) => (
          <Menu.Item
            key={code}
            lang={code}
            fw={i18n.language === code ? 650 : undefined}
            onClick={() => void speak(code)}
          >
            {LANGUAGES[code]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Schemes() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu position="top-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('common.scheme')}>
          <MoonIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(['light', 'dark', 'auto'] as const).map((scheme) => (
          <Menu.Item key={scheme} fw={colorScheme === scheme ? 650 : undefined} onClick={() => setColorScheme(scheme)}>
            {t(`scheme.${scheme}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function SignOut() {
  const { t } = useTranslation()
  const router = useRouter()
  const leave = async (ended: Promise<unknown>) => {
    try {
      await ended
      client.clear()
      await router.navigate({ to: '/sign-in' })
    } catch (error) {
      showFault(error)
    }
  }
  return (
    <Menu position="top-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('common.signOut')}>
          <SignOutIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void leave(done(api.session.$delete()))}>{t('common.signOutHere')}</Menu.Item>
        <Menu.Item onClick={() => void leave(said(api.sessions.$delete()))}>{t('common.signOutEverywhere')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
