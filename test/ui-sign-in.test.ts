/** The admin page in Chromium: signing in and out. */
import { http, passthrough } from 'msw'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { bootstrapToken, createSignInLink } from '../src/admin/access/index.ts'
import { executablePath, findBarriers } from './support/browser.ts'
import { type IdentityProvider, openIdentityProvider } from './support/oidc.ts'
import { type Desk, openDesk } from './support/page.ts'

describe.skipIf(!executablePath)('signing in', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
    await bootstrapToken(desk.service.deps)
  })
  afterEach(() => desk.closeWindows())
  afterAll(() => desk?.close())

  test('a wrong token says so by the field; a right one leads to where the person wanted to go', async () => {
    const page = await desk.open()
    await page.goto(`${desk.url}/?from=bookmark`)
    await page.getByLabel('Access token').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByText('The token is unknown or revoked').waitFor()
    await page.getByLabel('Access token').fill('the admin token of the tests, long')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
    expect(new URL(page.url()).search).toBe('?from=bookmark')
  })

  test('a link signs in once, and is gone from the address', async () => {
    const link = (await createSignInLink(desk.service.deps.database.db, desk.url))!
    const page = await desk.open()
    await page.goto(link)
    await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
    expect(page.url()).toBe(`${desk.url}/`)
    const other = await desk.open()
    await other.goto(link)
    await other.getByText('The link was used before, or it has expired').waitFor()
    await other.getByLabel('Access token').waitFor()
  })

  test('another site as the goal is ignored', async () => {
    const page = await desk.open()
    await page.goto(`${desk.url}/sign-in?to=%2F%2Fevil.test%2F`)
    await page.getByLabel('Access token').fill('the admin token of the tests, long')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
    expect(page.url()).toBe(`${desk.url}/`)
  })

  test('signing out everywhere shows the sign-in in the other window too, as soon as it asks for something', async () => {
    const page = await desk.open({ role: 'viewer' })
    const other = await page.context().newPage()
    await other.goto(desk.url)
    await other.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('menuitem', { name: 'Sign out everywhere' }).click()
    await page.getByLabel('Access token').waitFor()
    await other.reload()
    await other.getByLabel('Access token').waitFor()
  })

  test.each([
    ['light', 1280],
    ['dark', 380],
  ] as const)('has no barrier: %s, %i px', async (colorScheme, width) => {
    const page = await desk.open({ browser: { colorScheme, viewport: { width, height: 800 } } })
    await page.goto(`${desk.url}/sign-in`)
    await page.getByLabel('Access token').waitFor()
    expect(await findBarriers(page)).toEqual([])
  })

  test('speaks Russian to who reads Russian, and remembers the language that was chosen', async () => {
    const page = await desk.open({ browser: { locale: 'ru-RU' } })
    await page.goto(`${desk.url}/sign-in`)
    await page.getByLabel('Токен доступа').fill('the admin token of the tests, long')
    await page.getByRole('button', { name: 'Войти' }).click()
    await page.getByRole('heading', { level: 1, name: 'Сегодня' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('ru')
    await page.getByRole('button', { name: 'Язык' }).click()
    await page.getByRole('menuitem', { name: 'English' }).click()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
  })
})

describe.skipIf(!executablePath)('signing in with an account of the company', () => {
  let desk: Desk
  let provider: IdentityProvider
  beforeAll(async () => {
    provider = await openIdentityProvider({
      ann: { email: 'ann@example.com', groups: ['support'] },
      eve: { email: 'eve@example.com', groups: ['sales'] },
    })
    desk = await openDesk({ configure: (url) => provider.settings(url) })
    desk.service.network.use(http.all(`${provider.issuer}/*`, () => passthrough()))
  })
  afterEach(() => desk.closeWindows())
  afterAll(async () => {
    await desk?.close()
    await provider?.close()
  })

  const logIn = async (page: Page, account: string) => {
    await page.getByRole('link', { name: 'Sign in with your company account' }).click()
    await page.getByLabel('Account').fill(account)
    await page.keyboard.press('Enter')
  }

  test('it leads there, back to the page that was asked for, and nothing of it stays in the address', async () => {
    const page = await desk.open()
    await page.goto(`${desk.url}/tickets?outcome=held`)
    await logIn(page, 'ann')
    await page.getByRole('heading', { level: 1, name: 'Tickets' }).waitFor()
    expect(page.url()).toBe(`${desk.url}/tickets?outcome=held`)
    await page.getByText('ann@example.com').waitFor()
    await page.getByText('Reviewer').waitFor()
  })

  test('who has no role is told so, and what to do', async () => {
    const page = await desk.open()
    await page.goto(desk.url)
    await logIn(page, 'eve')
    await page.getByText('Your account has no role in Pointsman').waitFor()
    await page.getByText('Ask an admin of Pointsman which group you need').waitFor()
    expect(await findBarriers(page)).toEqual([])
  })

  test('an answer to another sign-in is refused, and the person can begin anew', async () => {
    const page = await desk.open()
    await page.goto(`${desk.url}/api/v1/session/oidc/callback?code=stolen&state=${'0'.repeat(64)}`)
    await page.getByText('This sign-in is no longer valid').waitFor()
    await logIn(page, 'ann')
    await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
  })
})
