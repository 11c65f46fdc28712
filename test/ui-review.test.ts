/** The review queue in Chromium, by keyboard alone: ten tickets, two reviewers on one of them, and taking it back. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CABLE, INTERNET, rowsOf } from './support/acts.ts'
import { executablePath, findBarriers } from './support/browser.ts'
import { type Desk, openDesk } from './support/page.ts'
import { opinion } from './support/service.ts'

const odd = (n: number) => ({
  subject: `An odd box ${n}`,
  body: `I have a question for you: something is odd with the box number ${n} in my hall.`,
})
/** Many steps, on a machine that may have much else to do. */
const WALK = { timeout: 300_000 }
const classifier = opinion([
  ['cable', INTERNET],
  ['odd', INTERNET, 0.2],
])

describe.skipIf(!executablePath)('the review queue', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk({ classifier, settings: { sample: 0 } })
    await desk.service.zendesk.create({ ...CABLE, body: `${CABLE.body} Call me at ivan@example.com.` })
    for (let n = 1; n <= 12; n++) {
      await desk.service.zendesk.create(odd(n))
      await desk.service.drain()
    }
  })
  afterEach(() => desk.closeWindows())
  afterAll(() => desk?.close())

  const looksAt = (page: Page, subject: string) =>
    page.getByRole('heading', { level: 2, name: subject, exact: true }).waitFor()
  const rows = () => rowsOf(desk.service)
  const reviews = async () => (await rows().decisions()).filter(({ cause }) => cause.startsWith('review:'))

  test(
    'ten tickets are settled by keyboard: confirmed, corrected by a number, edited; the last one is undone',
    WALK,
    async () => {
      const page = await desk.open({ role: 'reviewer', name: 'Rita' })
      await page.getByRole('link', { name: /^Review 12$/ }).click()
      await looksAt(page, 'An odd box 1')
      await page.getByText('Service: 20% sure, 60% is needed').waitFor()
      await page.keyboard.press('Shift+?')
      await page.getByRole('dialog', { name: 'Keys' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.keyboard.press('j')
      await looksAt(page, 'An odd box 2')
      await page.keyboard.press('k')
      for (let n = 1; n <= 8; n++) {
        await looksAt(page, `An odd box ${n}`)
        await page.keyboard.press('Enter')
      }
      await looksAt(page, 'An odd box 9')
      await page.keyboard.press('2') // the second value of the first field in doubt
      await page.getByRole('button', { name: 'Save the correction' }).waitFor()
      await page.keyboard.press('Enter')
      await looksAt(page, 'An odd box 10')
      await page.keyboard.press('e')
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('combobox', { name: 'Service' }).fill('vpn')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await dialog.getByRole('button', { name: 'Correct' }).press('Enter')
      await looksAt(page, 'An odd box 11')
      const settled = await reviews()
      expect(settled).toHaveLength(10)
      expect(settled.map(({ values }) => values.service)).toEqual([...Array(8).fill('internet'), 'mobile', 'vpn'])

      await page.keyboard.press('u')
      await page.getByText(/ waits again\.$/).waitFor()
      await looksAt(page, 'An odd box 10')
      await desk.service.drain()
      expect((await rows().decisions()).at(-1)).toMatchObject({ plan: 'hold', actor: expect.stringContaining('Rita') })
      await page.getByRole('link', { name: /^Review 3$/ }).waitFor()
    },
  )

  test('two reviewers on one ticket: the second sees who looks at it, who settled it, and how', WALK, async () => {
    const [rita, sven] = [
      await desk.open({ role: 'reviewer', name: 'Rita' }),
      await desk.open({ role: 'reviewer', name: 'Sven' }),
    ]
    await rita.goto(`${desk.url}/review`)
    await looksAt(rita, 'An odd box 11')
    await rita.waitForResponse((answer) => answer.url().endsWith('/claim'))
    await sven.goto(`${desk.url}/review`)
    await sven.getByText(/^Rita .* is looking at this ticket now/).waitFor()
    // He does not hear of what she does meanwhile.
    await sven.route('**/api/v1/events', (route) => route.fulfill({ status: 204 }))
    await sven.reload()
    await looksAt(sven, 'An odd box 11')
    await sven.getByText('the box number 11').waitFor()
    await rita.keyboard.press('2')
    await rita.keyboard.press('Enter')
    await looksAt(rita, 'An odd box 12')
    await sven.keyboard.press('Enter')
    await sven.getByText(/^Rita .* has corrected it/).waitFor()
    await sven.getByText('Service: mobile').waitFor()
    await looksAt(sven, 'An odd box 11') // it stays until he moves on
    expect(await findBarriers(sven)).toEqual([])
    await sven.keyboard.press('j')
    await looksAt(sven, 'An odd box 12')
    expect(await reviews()).toHaveLength(11)
  })

  test('what is selected is confirmed together; a viewer can only look', async () => {
    const viewer = await desk.open({ role: 'viewer' })
    await viewer.goto(`${desk.url}/review`)
    await viewer.getByText('To settle, you need the role of a reviewer.').waitFor()
    await viewer.keyboard.press('Enter')
    expect(await viewer.getByRole('checkbox').count()).toBe(0)
    const page = await desk.open({ role: 'reviewer', name: 'Rita' })
    await page.goto(`${desk.url}/review`)
    await looksAt(page, 'An odd box 12')
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await looksAt(page, 'An odd box 10') // it waits anew
    await page.keyboard.press('x')
    await page.getByText('2 selected').waitFor()
    await page.keyboard.press('Shift+Enter')
    await page.getByText(/^2 tickets are confirmed/).waitFor()
    await page.getByText('Nobody has to decide anything').waitFor()
    await viewer.getByText('Nobody has to decide anything').waitFor() // told by the server
  })

  test(
    'Ctrl-K finds a ticket; an operator reads its personal data, which is recorded, and puts the values back',
    WALK,
    async () => {
      const page = await desk.open({ role: 'operator', name: 'Olga' })
      await page.keyboard.press('Control+k')
      const find = page.getByRole('textbox', { name: 'Search and commands' })
      await find.fill('cable')
      await page.getByRole('dialog').getByText(CABLE.subject).waitFor()
      expect(await findBarriers(page)).toEqual([])
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      const story = page.getByRole('complementary', { name: 'Story of a ticket' })
      await story.getByText('nothing loads. Call me at <EMAIL_1>').waitFor()
      await story.getByRole('button', { name: 'Show personal data' }).click()
      await story.getByText('Call me at ivan@example.com').waitFor()
      await story.getByText('As it came, nothing masked. That you read it is recorded.').waitFor()
      await story.getByRole('button', { name: 'Put back …' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Put them back' }).click()
      await page.getByText('Queued. The ticket gets its earlier values.').waitFor()
      await desk.service.drain()
      expect((await rows().writebacks()).at(-1)).toMatchObject({ state: 'applied', written: { service: '' } })
      const audited = (await rows().audit()).filter(({ actor }) => actor.startsWith('Olga'))
      const actions = audited.map(({ action }) => action).filter((action) => action.startsWith('decision.'))
      expect(actions).toEqual(['decision.unmask', 'decision.revert'])
      expect(await page.getByRole('link', { name: 'CSV' }).getAttribute('href')).toMatch(/decisions\/csv\?/)
    },
  )
})
