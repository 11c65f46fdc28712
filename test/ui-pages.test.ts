/** The admin page in Chromium: what came in, one ticket's story, and the routing map from edit to restore. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CABLE, classifier, DOUBTFUL } from './support/acts.ts'
import { executablePath, findBarriers } from './support/browser.ts'
import { type Desk, openDesk } from './support/page.ts'

const SCRIPT = {
  subject: 'The cable <script>document.title = "taken"</script>',
  body: 'The cable modem is dead <img src=x onerror="document.title=\'taken\'"> since this morning, nothing loads.',
}
const CELL = (service: string, category: string) =>
  `/map?cell=${encodeURIComponent(JSON.stringify({ service, category }))}`

describe.skipIf(!executablePath)('the page', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk({ classifier })
    const { jira, zendesk } = desk.service
    for (const ticket of [CABLE, SCRIPT]) await jira.create(ticket)
    for (const ticket of [DOUBTFUL, { subject: 'Invoice', body: 'Please send the invoice of last month once more.' }])
      await zendesk.create(ticket)
    await desk.service.drain()
  })
  afterEach(() => desk.closeWindows())
  afterAll(() => desk?.close())

  test('Today: the numbers balance, and each leads to the tickets behind it', async () => {
    const page = await desk.open({ role: 'viewer' })
    const ledger = page.getByRole('region', { name: 'What became of the tickets received today' })
    await ledger.getByText('Balanced').waitFor()
    await ledger.getByRole('link', { name: /Held/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Tickets' }).waitFor()
    await page.getByText(DOUBTFUL.subject).waitFor()
    expect(await page.locator('tr[data-row]').count()).toBe(1)
    expect(new URL(page.url()).searchParams.get('outcome')).toBe('held')
  })

  test('Today: a new ticket is counted without a reload', async () => {
    const page = await desk.open({ role: 'viewer' })
    const received = page.locator('.ledger .big').first()
    await page.getByText('Live', { exact: true }).waitFor()
    const before = Number(await received.innerText())
    await desk.service.jira.create({ ...CABLE, subject: 'Another cable is dead' })
    await desk.service.drain()
    await page.waitForFunction((n) => Number(document.querySelector('.ledger .big')?.textContent) === n, before + 1)
  })

  test('Tickets: search, filters and tabs are in the address, and the counts follow', async () => {
    const page = await desk.open({ role: 'viewer' })
    await page.goto(`${desk.url}/tickets`)
    await page.getByRole('searchbox', { name: 'Search text or key' }).fill('invoice')
    await page.waitForURL(/text=invoice/)
    await page.getByRole('link', { name: /^All 1$/ }).waitFor()
    await page.reload()
    expect(await page.getByRole('searchbox').inputValue()).toBe('invoice')
    await page.locator('tr[data-row]').first().waitFor()
    expect(await page.locator('tr[data-row]').count()).toBe(1)
    await page.goto(`${desk.url}/tickets?outcome=%3Cscript%3E&map=x&since=yesterday&id=1`)
    await page.locator('tr[data-row]').nth(3).waitFor()
  })

  test('Tickets: j, k, Enter and Escape; the story says what was read, decided, routed and written', async () => {
    const page = await desk.open({ role: 'viewer' })
    await page.goto(`${desk.url}/tickets?text=CABLE%20is`)
    await page.getByText(CABLE.subject, { exact: true }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    const story = page.getByRole('complementary', { name: 'Story of a ticket' })
    await story.getByText('Since this morning the cable modem').waitFor()
    for (const step of ['Received', 'Read', 'Rules', 'Answer', 'Decided', 'Routed', 'Written', 'Later'])
      await story.getByRole('heading', { level: 3, name: step }).waitFor()
    expect(await story.getByRole('button', { name: 'Confirm' }).count()).toBe(0) // a viewer may not
    await page.keyboard.press('Escape')
    await story.waitFor({ state: 'detached' })
  })

  test('a script in a ticket stays text', async () => {
    const page = await desk.open({ role: 'viewer' })
    await page.goto(`${desk.url}/tickets?text=script`)
    await page.locator('tr[data-row]').first().click()
    const story = page.getByRole('complementary')
    await story.getByText('<script>').waitFor()
    await page.getByText('since this morning, nothing loads').waitFor()
    expect(await page.title()).toBe('Pointsman')
    expect(await page.locator('aside img, aside script').count()).toBe(0)
  })

  test('a reviewer corrects a held ticket; it becomes a decision of a person', async () => {
    const page = await desk.open({ role: 'reviewer' })
    await page.goto(`${desk.url}/tickets?outcome=held&newest=true`)
    await page.getByText(DOUBTFUL.subject).click()
    await page.getByRole('button', { name: 'Correct' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('button', { name: 'Correct' }).isDisabled()).toBe(true)
    await choose(page, 'Service', 'tv')
    await dialog.getByRole('button', { name: 'Correct' }).click()
    await page.getByText('Corrected. The values are labels now.').waitFor()
    const story = page.getByRole('complementary')
    await story.getByText('person').first().waitFor()
  })

  test('the map: edit a cell, see the preview, publish with a comment, restore', async () => {
    const page = await desk.open({ role: 'editor', name: 'mia' })
    await page.goto(`${desk.url}/map`)
    await page.getByRole('button', { name: /^billing: / }).click()
    const dialog = page.getByRole('dialog')
    await choose(page, 'Group', 'Accounts')
    await choose(page, 'Who gets it', 'the group')
    await dialog.getByRole('button', { name: 'Save to the draft' }).click()
    await page.getByText('1 change', { exact: true }).waitFor()
    await page.getByText(/^1 of the last \d+ tickets would move$/).waitFor()
    await page.getByRole('button', { name: 'Publish …' }).click()
    await page.getByLabel('What changed, and why').fill('Accounts helps with bills')
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    await page.getByText('Version 2 is in use now.').waitFor()
    await page.getByRole('link', { name: 'Versions' }).click()
    await page.getByText('Accounts helps with bills').waitFor()
    await page.getByRole('button', { name: 'Restore as draft' }).click()
    await page.getByText('Version 1 is the draft now. Publish it to use it.').waitFor()
    await page.getByRole('button', { name: 'Discard the draft' }).click()
    await page.getByRole('button', { name: 'Discard the draft' }).waitFor({ state: 'detached' })
  })

  test('two editors: the second sees what the first did, and adds his own to it', async () => {
    const [mia, tom] = [
      await desk.open({ role: 'editor', name: 'mia' }),
      await desk.open({ role: 'editor', name: 'tom' }),
    ]
    // Both have the same map in front of them; the second does not hear of the first.
    await tom.route('**/api/v1/events', (route) => route.fulfill({ status: 204 }))
    await tom.goto(desk.url + CELL('crm', 'payment'))
    await mia.goto(desk.url + CELL('tv', 'payment'))
    for (const [page, group] of [
      [mia, 'Billing'],
      [tom, 'Accounts'],
    ] as const)
      await choose(page, 'Group', group)
    await mia.getByRole('button', { name: 'Save to the draft' }).click()
    await mia.getByText('1 change', { exact: true }).waitFor()
    await tom.getByRole('button', { name: 'Save to the draft' }).click()
    const conflict = tom.getByRole('dialog', { name: /^mia .* saved changes meanwhile$/ })
    await conflict.getByText('tv · payment').waitFor()
    await conflict.getByText('crm · payment').waitFor()
    await conflict.getByRole('button', { name: 'Add mine to theirs' }).click()
    await tom.getByText('2 changes', { exact: true }).waitFor()
    await mia.getByText('2 changes', { exact: true }).waitFor() // heard from the server
    await tom.getByRole('button', { name: 'Discard the draft' }).click()
    await tom.getByRole('button', { name: 'Discard the draft' }).waitFor({ state: 'detached' })
  })

  test('the map: who is there, what is odd while it is typed, and the map as a file', async () => {
    const page = await desk.open({ role: 'editor', name: 'rita' })
    const dialog = page.getByRole('dialog')
    const save = () => dialog.getByRole('button', { name: 'Save to the draft' }).click()
    await page.goto(`${desk.url}/map?view=hours`)
    await page.getByRole('button', { name: 'Change the hours of Network' }).click()
    await dialog.getByLabel('Saturday').fill('ten to four')
    await dialog.getByText('Write hours such as 09:00-17:30').waitFor()
    await dialog.getByLabel('Saturday').fill('10:00 – 14:00')
    await save()
    await page
      .getByText(/10:00-14:00/)
      .first()
      .waitFor()
    await page.getByRole('button', { name: 'Change the absence of Ilya Sorokin' }).click()
    await dialog.getByRole('button', { name: 'Add an absence' }).click()
    await dialog.getByLabel('Open tickets at most').fill('20')
    await save()
    await page
      .getByText(/at most 20 open tickets/)
      .first()
      .waitFor()

    await page.getByRole('link', { name: 'Rows' }).click()
    await page.getByRole('button', { name: 'Edit the row internet', exact: true }).click()
    await choose(page, 'When nobody is there', 'it goes elsewhere')
    await dialog.getByRole('group', { name: 'it goes elsewhere' }).getByRole('combobox', { name: 'Group' }).click()
    await page.getByRole('option', { name: 'Mobile', exact: true }).click()
    await dialog.getByText(/of the last \d+ tickets would move/).waitFor()
    await save()
    await page.getByText('else Mobile', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Move the row internet down', exact: true }).click()
    await page.getByText('The order of the rows').waitFor()
    await page.getByRole('button', { name: 'Add a row' }).click()
    await choose(page, 'Category', 'outage')
    await dialog.getByText(/^Takes no ticket: rows .* take each one first/).waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('4 changes', { exact: true }).waitFor()

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export as YAML' }).click(),
    ])
    const path = await file.path()
    await page.getByRole('button', { name: 'Discard the draft' }).click()
    await page.getByRole('button', { name: 'Discard the draft' }).waitFor({ state: 'detached' })
    await page.locator('input[type=file]').setInputFiles(path)
    await page.getByText('The file is the draft now. Publish it to use it.').waitFor()
    await page.getByText('4 changes', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Discard the draft' }).click()
    await page.getByRole('button', { name: 'Discard the draft' }).waitFor({ state: 'detached' })
  })

  test('Trust: the evidence of a value, a step down by hand, and who may not', async () => {
    const page = await desk.open({ role: 'operator', name: 'Olga' })
    await page.goto(`${desk.url}/trust?connection=jira`)
    const card = page.getByRole('region', { name: 'Service', exact: true })
    const row = card.getByRole('row', { name: /^internet/ })
    await row.getByText('tracked').waitFor()
    await row.getByRole('button', { name: 'Take out: internet' }).click()
    await page.getByLabel('Why').fill('the product changed')
    await page.getByRole('dialog').getByRole('button', { name: 'Take out' }).click()
    await row.getByText('taken out').waitFor()
    await desk.service.jira.create({ ...CABLE, subject: 'The cable is dead once more' })
    await desk.service.drain()
    const viewer = await desk.open({ role: 'viewer' })
    await viewer.goto(`${desk.url}/tickets?outcome=suggested`)
    await viewer.getByText('The cable is dead once more').waitFor()
    await viewer.goto(`${desk.url}/trust?connection=jira`)
    await viewer.getByText('taken out').waitFor()
    expect(await viewer.getByRole('button', { name: /^Take/ }).count()).toBe(0)
  })

  test('a viewer sees the map and cannot change it', async () => {
    const page = await desk.open({ role: 'viewer' })
    await page.goto(`${desk.url}/map`)
    await page.getByRole('button', { name: /^billing: / }).click({ force: true })
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await page.getByRole('button', { name: 'Publish …' }).count()).toBe(0)
  })

  test.each([
    ['light', 1280],
    ['light', 380],
    ['dark', 1280],
    ['dark', 380],
  ] as const)('has no barrier: %s, %i px', { timeout: 300_000 }, async (colorScheme, width) => {
    await desk.service.zendesk.create(DOUBTFUL)
    await desk.service.drain()
    const page = await desk.open({ role: 'admin', browser: { colorScheme, viewport: { width, height: 800 } } })
    const found: string[] = []
    for (const [path, ready] of [
      ['/', '.chart rect[data-tone]'],
      ['/tickets?since=2020-01-01', 'tr[data-row]'],
      ['/tickets?story', '.story'],
      ['/review?ticket', '.choice'],
      ['/map', '.cell'],
      ['/map?view=rows', '.rowlist td'],
      ['/map?view=hours', '.presences li'],
      ['/map?view=versions', '.versions li'],
      ['/trust', '.trust-field'],
      [CELL('internet', 'outage'), '[role=dialog]'],
      ['/taxonomy', '.values li'],
      ['/taxonomy?field=service&value=tv&retire=true', '[role=dialog] .breaks li'],
      ['/rules', '.rulelist li'],
      ['/rules?edit=legal-threat', '.trial b'],
      ['/start', '.steps li'],
      ['/connections', '.desk'],
      ['/connections/new', 'form'],
      ['/connections/jira', '.arrived'],
      ['/access', '.entries tbody td'],
      ['/access?view=roles', '.allowed td'],
      ['/audit', '.entry'],
      ['/nothing/here', 'h1'],
    ] as const) {
      await page.goto(desk.url + path)
      if (path === '/tickets?story') await page.locator('tr[data-row]').first().click()
      if (path === '/review?ticket') await page.locator('.queue a').first().click()
      await page.locator(ready).first().waitFor()
      found.push(...(await findBarriers(page)).map((barrier) => `${path}: ${barrier}`))
    }
    expect(found).toEqual([])
  })
})

/** Chooses an option of a list in the open dialog. */
async function choose(page: Page, label: string, option: string) {
  await page.getByRole('dialog').getByRole('combobox', { name: label }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}
