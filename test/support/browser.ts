/** Chromium, for tests and screenshots of the admin page: Debian's, or the one that CHROMIUM names. */
import { existsSync } from 'node:fs'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, chromium, type Page } from 'playwright-core'

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Null: there is none on this machine. */
export const executablePath =
  process.env.CHROMIUM === 'none' ? null : (PLACES.find((place) => place && existsSync(place)) ?? null)

if (!executablePath) {
  if (process.env.REQUIRE_BROWSER === '1')
    throw new Error('REQUIRE_BROWSER is 1, and there is no Chromium: install it, or set CHROMIUM to one.')
  console.log('The tests of the admin page in a browser are skipped; they need Chromium.')
}

export async function openBrowser(): Promise<Browser> {
  if (!executablePath) throw new Error('There is no Chromium: install it, or set CHROMIUM to one.')
  return chromium.launch({
    executablePath,
    args: [
      // It cannot have its sandbox as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      // A container has little shared memory.
      '--disable-dev-shm-usage',
      '--disable-quic',
      // Nothing may leave the machine.
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** Collects what a page must never do: throw, log an error, break its policy. Not signed in yet is no fault. */
export function watchFaults(page: Page): string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !/status of (401|403|404|409|412|422)/.test(text)) faults.push(text)
    else if (/Content Security Policy/i.test(text)) faults.push(text)
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  return faults
}

/** The rules of WCAG 2.2 AA and good practice that the page breaks, and whether it is wider than the screen. */
export async function findBarriers(page: Page): Promise<string[]> {
  const builder = new AxeBuilder({ page }).withTags([
    'wcag2a',
    'wcag2aa',
    'wcag21a',
    'wcag21aa',
    'wcag22aa',
    'best-practice',
  ])
  // Mantine's dialogs have a <header>: good practice, not WCAG.
  if ((await page.getByRole('dialog').count()) > 0)
    builder.disableRules(['landmark-no-duplicate-banner', 'landmark-unique'])
  const { violations } = await builder.analyze()
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 200)} ${node.any[0]?.message ?? ''}`),
  )
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  return excess > 0 ? [...found, `the page is ${excess} px wider than the screen`] : found
}

export async function signInByToken(page: Page, url: string, token: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.getByLabel(/^(Access token|Токен доступа)/).fill(token)
  await page.getByRole('button', { name: /^(Sign in|Войти)$/ }).click()
  await page.getByRole('heading', { level: 1, name: /^(Today|Сегодня)$/ }).waitFor()
}
