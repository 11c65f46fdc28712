/** The admin page in Chromium: pausing with who, when and why, and the tickets that wait meanwhile. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CABLE, classifier } from './support/acts.ts'
import { executablePath, findBarriers } from './support/browser.ts'
import { type Desk, openDesk } from './support/page.ts'

describe.skipIf(!executablePath)('pauses', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk({ classifier })
  })
  afterEach(() => desk.closeWindows())
  afterAll(() => desk?.close())

  test('everything is paused with a reason; what came in waits, is listed with why, and goes on', async () => {
    const page = await desk.open({ role: 'operator', name: 'Olga' })
    await page.getByRole('button', { name: 'Pause …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Why').fill('The new model is odd')
    await dialog.getByRole('button', { name: 'Pause everything' }).click()
    const paused = page.getByRole('region', { name: 'Paused' })
    await paused.getByText('everything', { exact: true }).waitFor()
    await paused.getByText('The new model is odd').waitFor()
    await paused.getByText(/by Olga .*, since /).waitFor()

    await desk.service.jira.create(CABLE)
    await desk.service.drain()
    await page.goto(`${desk.url}/tickets?outcome=waiting`)
    await page.getByRole('link', { name: /^Waiting 1$/ }).waitFor()
    const row = page.locator('tr[data-row]').first()
    await row.getByText(/Paused by Olga.*The new model is odd/).waitFor()
    await row.click()
    const story = page.getByRole('complementary', { name: 'Story of a ticket' })
    await story.getByText('Not decided yet').waitFor()
    await story.getByText(/Paused by Olga/).waitFor()
    expect(await findBarriers(page)).toEqual([])

    await page.goto(desk.url)
    await paused.getByRole('button', { name: 'Go on with everything' }).click()
    await paused.waitFor({ state: 'detached' })
    await desk.service.drain()
    await page.goto(`${desk.url}/tickets?outcome=applied`)
    await page.locator('tr[data-row]').first().getByText(CABLE.subject).waitFor()
  })

  test.each([
    ['light', 1280],
    ['dark', 380],
  ] as const)(
    'a connection, and a value: the dialog and the list have no barrier: %s, %i px',
    async (colorScheme, width) => {
      const page = await desk.open({ role: 'operator', browser: { colorScheme, viewport: { width, height: 800 } } })
      const choose = async (label: string, option: string) => {
        await page.getByRole('dialog').getByRole('combobox', { name: label }).click()
        await page.getByRole('option', { name: option, exact: true }).click()
      }
      await page.getByRole('button', { name: 'Pause …' }).click()
      await choose('Connection', 'jira')
      await choose('Only writes with this field', 'Service')
      await choose('And only with this value', 'tv')
      expect(await findBarriers(page)).toEqual([])
      await page.getByRole('button', { name: 'Pause connection jira, Service: tv' }).click()
      const paused = page.getByRole('region', { name: 'Paused' })
      await paused.getByText('connection jira, Service: tv').waitFor()
      await paused.getByText('No reason was given.').waitFor()
      expect(await findBarriers(page)).toEqual([])
      await paused.getByRole('button', { name: /^Go on with/ }).click()
      await paused.waitFor({ state: 'detached' })
    },
  )

  test('a viewer sees what is paused by whom, and cannot pause or go on', async () => {
    const operator = await desk.open({ role: 'operator', name: 'Olga' })
    await operator.getByRole('button', { name: 'Pause …' }).click()
    await operator.getByRole('button', { name: 'Pause everything' }).click()
    const page = await desk.open({ role: 'viewer' })
    await page
      .getByRole('region', { name: 'Paused' })
      .getByText(/by Olga/)
      .waitFor()
    expect(await page.getByRole('button', { name: /Pause|Go on/ }).count()).toBe(0)
    await operator.getByRole('button', { name: 'Go on with everything' }).click()
    await page.getByRole('region', { name: 'Paused' }).waitFor({ state: 'detached' }) // it hears of it
  })
})
