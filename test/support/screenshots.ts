/** `npm run screenshots -- <url> <token> [folder] [page]`: every page of a running service, light, dark, narrow and in Russian. */
import { mkdirSync } from 'node:fs'
import { type BrowserContextOptions, devices, type Page } from 'playwright-core'
import { openBrowser, signInByToken, watchFaults } from './browser.ts'

const [url, token, folder = 'screenshots', only = ''] = process.argv.slice(2)
if (!url || !token) {
  process.stderr.write('Give the address and an admin token: npm run screenshots -- http://127.0.0.1:8080 TOKEN\n')
  process.exit(1)
}

const WIDE = { width: 1360, height: 860 }
const LOOKS: Record<string, BrowserContextOptions> = {
  light: { colorScheme: 'light', viewport: WIDE, locale: 'en-GB' },
  dark: { colorScheme: 'dark', viewport: WIDE, locale: 'en-GB' },
  narrow: {
    colorScheme: 'light',
    viewport: { width: 380, height: 800 },
    locale: 'en-GB',
    hasTouch: devices['iPhone 13']!.hasTouch,
  },
  ru: { colorScheme: 'light', viewport: WIDE, locale: 'ru-RU' },
}

/** Name -> address, and what to wait for or to do before the picture. */
const PAGES: Record<string, [path: string, ready: (page: Page) => Promise<unknown>]> = {
  today: ['/', (page) => page.locator('.chart rect[data-tone]').first().waitFor()],
  tickets: ['/tickets', (page) => page.locator('tr[data-row]').first().waitFor()],
  story: [
    '/tickets?outcome=applied',
    async (page) => {
      await page.locator('tr[data-row]').nth(4).click()
      await page.locator('.story').waitFor()
    },
  ],
  review: [
    '/review',
    async (page) => {
      const narrow = (page.viewportSize()?.width ?? 0) < 700
      if (!narrow) await page.locator('.choice').first().waitFor()
      else await page.locator('.queue li').first().waitFor()
    },
  ],
  'review-ticket': [
    '/review',
    async (page) => {
      await page.locator('.queue li a').first().click()
      await page.locator('.choice').first().waitFor()
    },
  ],
  start: ['/start', (page) => page.locator('.steps li').first().waitFor()],
  connections: ['/connections', (page) => page.locator('.desk').first().waitFor()],
  'connection-new': ['/connections/new?kind=zendesk', (page) => page.locator('form').waitFor()],
  connection: ['/connections/jira', (page) => page.locator('.mapped b').first().waitFor()],
  map: ['/map', (page) => page.locator('.cell').first().waitFor()],
  'map-edit': [
    `/map?cell=${encodeURIComponent('{"service":"internet","category":"outage"}')}`,
    (page) => page.getByRole('dialog').waitFor(),
  ],
  'map-rows': ['/map?view=rows', (page) => page.locator('.rowlist').waitFor()],
  'map-hours': ['/map?view=hours', (page) => page.locator('.presences li').first().waitFor()],
  trust: ['/trust', (page) => page.locator('.trust-field').first().waitFor()],
  taxonomy: ['/taxonomy', (page) => page.locator('.values li').first().waitFor()],
  'taxonomy-retire': [
    '/taxonomy?field=service&value=vpn&retire=true',
    (page) => page.getByRole('dialog').locator('.breaks li').first().waitFor(),
  ],
  rules: ['/rules', (page) => page.locator('.rulelist li').first().waitFor()],
  'rules-edit': ['/rules?edit=paid-twice', (page) => page.locator('.trial b').waitFor()],
  playground: [
    '/playground',
    async (page) => {
      await page.getByRole('textbox').nth(1).fill('The internet in our whole office is down since 9 this morning.')
      await page.locator('main form button[type=submit]').click()
      await page.locator('.story').waitFor()
    },
  ],
  access: ['/access', (page) => page.locator('.entries tbody tr').first().waitFor()],
  'access-sessions': ['/access?view=sessions', (page) => page.locator('.entries tbody tr').first().waitFor()],
  'access-roles': ['/access?view=roles', (page) => page.locator('.allowed tbody tr').first().waitFor()],
  audit: [
    '/audit',
    async (page) => {
      await page.getByRole('button', { name: /^(Check all rows|Проверить все записи)$/ }).click()
      await page.locator('.chain[data-state=whole]').waitFor()
      await page.locator('.entry').nth(1).click()
      await page.locator('.entry-body').first().waitFor()
    },
  ],
  'map-versions': ['/map?view=versions', (page) => page.locator('.versions li').first().waitFor()],
}

mkdirSync(folder, { recursive: true })
const browser = await openBrowser()
let taken = 0
for (const [look, options] of Object.entries(LOOKS)) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const faults = watchFaults(page)
  const shoot = async (name: string) => {
    await page.evaluate(() => document.fonts.ready)
    await page.waitForTimeout(400)
    await page.screenshot({ path: `${folder}/${name}-${look}.png` })
    taken++
  }
  await page.goto(`${url}/sign-in`)
  await page.locator('h1').waitFor()
  if ('sign-in'.startsWith(only)) await shoot('sign-in')
  await signInByToken(page, url, token)
  for (const [name, [path, ready]] of Object.entries(PAGES)) {
    if (!name.startsWith(only)) continue
    await page.goto(url + path)
    await page.locator('h1').first().waitFor()
    await ready(page)
    await shoot(name)
  }
  for (const fault of faults) process.stderr.write(`${look}: ${fault}\n`)
  await context.close()
}
await browser.close()
process.stdout.write(`${taken} pictures in ${folder}/\n`)
