/**
 * Go-live by mouse and keyboard, counted: from an empty database to two connections that suggest, with a published map. The
 * helpdesks are our sandboxes over HTTP.
 */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDesks } from '../connectors/desks.ts'
import { readConfig } from '../src/config.ts'
import type { PlayedDesk } from '../src/contract/index.ts'
import { AGENTS, GROUPS } from '../src/demo/desk.ts'
import { fillDesk } from '../src/demo/sandbox.ts'
import { type Service, start } from '../src/node.ts'
import { executablePath, openBrowser, signInByToken, watchFaults } from './support/browser.ts'
import { type Fresh, freshDatabase } from './support/database.ts'

const TOKEN = 'the admin token of the go-live test'
/** Solved tickets of each helpdesk. */
const SOLVED = 24
const MOST = 40

describe.skipIf(!executablePath)('go-live', () => {
  let fresh: Fresh
  let service: Service
  let browser: Browser
  let desks: Record<string, PlayedDesk & { url: string }>
  const servers: ReturnType<typeof serve>[] = []

  beforeAll(async () => {
    fresh = await freshDatabase()
    const database = fresh.url ? { DATABASE_URL: fresh.url, ENCRYPTION_KEY: btoa('k'.repeat(32)) } : {}
    const env = { LOG_LEVEL: 'silent', PORT: '0', DATA_DIR: fresh.dataDir, ADMIN_TOKEN: TOKEN, ...database }
    service = await start(readConfig(env))
    desks = Object.fromEntries(await Promise.all(openDesks({ groups: GROUPS, agents: AGENTS }).map(listening)))
    browser = await openBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    for (const server of servers) server.close()
    await service?.stop()
    await fresh?.drop()
  })

  async function listening(desk: PlayedDesk) {
    const server = serve({ fetch: desk.fetch, port: 0, hostname: '127.0.0.1' })
    servers.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    desk.listensAt(url)
    await fillDesk(desk, SOLVED)
    return [desk.kind, { ...desk, url }] as const
  }

  const api = async (path: string) =>
    (await fetch(`${service.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${TOKEN}` } })).json()

  test(`takes at most ${MOST} interactions, none of them JSON`, { timeout: 240_000 }, async () => {
    const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage()
    page.setDefaultTimeout(60_000)
    const faults = watchFaults(page)
    const hand = handOf()
    await page.goto(service.url)
    await hand.type(page.getByLabel(/^Access token/), TOKEN)
    await hand.click(page.getByRole('button', { name: 'Sign in' }))
    await hand.click(page.getByRole('link', { name: 'Set it up' }))

    for (const kind of ['zendesk', 'jira']) await connect(page, hand, kind)

    await hand.click(page.getByRole('button', { name: 'Draft it from solved tickets' }))
    await page
      .getByText(/of \d+ solved tickets went there/)
      .first()
      .waitFor()
    await hand.click(page.getByRole('button', { name: 'Publish …' }))
    await hand.click(page.getByRole('button', { name: 'Publish', exact: true }))
    await page.getByText('Version 1 is in use now.').waitFor()
    await hand.click(page.getByRole('link', { name: 'Start' }))

    await hand.click(page.getByRole('button', { name: 'Learn from past tickets' }))
    await ticked(page, 'Teach it')
    for (const kind of ['zendesk', 'jira']) {
      await hand.click(page.getByRole('button', { name: `Let ${kind} suggest` }))
      await page.getByText(`${kind} suggests from now on.`).waitFor()
    }
    await ticked(page, 'Let it suggest')
    expect(hand.done).toBeLessThanOrEqual(MOST)

    expect((await api('/connections')).items).toMatchObject([
      { name: 'jira', mode: 'suggest' },
      { name: 'zendesk', mode: 'suggest' },
    ])
    expect((await api('/routing-map')).published.rows.length).toBeGreaterThan(3)

    // The first ticket that is routed, and its note in the helpdesk.
    for (const kind of ['zendesk', 'jira'])
      await desks[kind]!.create({
        subject: 'The VPN drops',
        body: 'The VPN client disconnects every hour since Monday.',
      })
    await ticked(page, 'Observe the first routed ticket')
    expect(faults).toEqual([])
  })

  test('then one is trusted less in a field, says what it refused, and the other is deleted', {
    timeout: 240_000,
  }, async () => {
    const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage()
    page.setDefaultTimeout(60_000)
    const faults = watchFaults(page)
    await signInByToken(page, service.url, TOKEN)
    await page.getByRole('link', { name: 'Connections' }).click()
    await page.getByRole('link', { name: 'jira', exact: true }).click()
    await page.getByRole('button', { name: 'Trust single fields less' }).click()
    await page.getByRole('combobox', { name: 'Trust in Priority' }).click()
    await page.getByRole('option', { name: 'Observe' }).click()
    await expect.poll(async () => (await api('/connections/jira')).settings.modes).toEqual({ priority: 'observe' })

    const headers = { 'Content-Type': 'application/json', 'X-Hub-Signature': `sha256=${'0'.repeat(64)}` }
    await fetch(`${service.url}/webhooks/jira`, { method: 'POST', headers, body: '{}' })
    await page.reload()
    await page.getByText('Set the same secret in the Jira webhook as here.').waitFor()

    await page.getByRole('link', { name: 'Connections' }).click()
    await page.getByRole('link', { name: 'zendesk', exact: true }).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('button', { name: 'Delete the connection' }).isDisabled()).toBe(true)
    await dialog.getByLabel('Type zendesk to confirm').fill('zendesk')
    await dialog.getByRole('button', { name: 'Delete the connection' }).click()
    await page.getByText('zendesk is deleted.').waitFor()
    expect((await api('/connections')).items).toMatchObject([{ name: 'jira' }])
    expect(faults).toEqual([])
  })

  /** One helpdesk: credentials, mapping, webhook, and a test ticket. */
  async function connect(page: Page, hand: Hand, kind: string) {
    const desk = desks[kind]!
    const name = kind === 'jira' ? 'Jira' : 'Zendesk'
    await hand.click(page.getByRole('main').getByRole('link', { name: /^Connect (a helpdesk|another)$/ }))
    await page.getByLabel(/^Address of/).waitFor()
    if (kind !== 'jira') await hand.click(page.getByText(name, { exact: true }))
    await hand.type(page.getByLabel(`Address of ${name}`), desk.url)
    if (kind !== 'jira') await hand.click(page.getByText('API token', { exact: true }))
    await hand.type(page.getByLabel('E-mail of the account'), desk.credentials.email)
    await hand.type(page.getByLabel('API token', { exact: true }).last(), desk.credentials.apiToken)
    await hand.click(page.getByRole('button', { name: 'Connect', exact: true }))
    await page.getByText(`Signed in to ${name} as`).waitFor()
    await page.getByText(`${SOLVED} solved tickets were read`).waitFor()
    await hand.click(page.getByRole('button', { name: 'Save the mapping' }))
    await hand.click(page.getByRole('button', { name: `Make it in ${name}` }))
    await page.getByText('Waiting for a test ticket').waitFor()
    await desk.create({ subject: 'A test', body: 'Is this thing on?' })
    await page.getByText(/arrived in \d/).waitFor()
    await hand.click(page.getByRole('link', { name: 'Start' }))
    await page.getByRole('heading', { level: 1, name: 'Start' }).waitFor()
  }
})

async function ticked(page: Page, step: string) {
  await page.getByRole('region', { name: step }).getByRole('img', { name: 'done' }).waitFor()
}

type Hand = {
  click(on: Locator): Promise<void>
  type(into: Locator, text: string): Promise<void>
  readonly done: number
}

/** Counts what a person does: a click, or a text that is typed or pasted into one field. */
function handOf(): Hand {
  let done = 0
  return {
    async click(on) {
      await on.click()
      done++
    },
    async type(into, text) {
      await into.fill(text)
      done++
    },
    get done() {
      return done
    },
  }
}
