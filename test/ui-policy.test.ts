/** The admin page in Chromium: fields and values, rules, and the playground. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CABLE, classifier } from './support/acts.ts'
import { executablePath, findBarriers } from './support/browser.ts'
import { type Client, signIn } from './support/client.ts'
import { type Desk, openDesk } from './support/page.ts'

describe.skipIf(!executablePath)('policy', () => {
  let desk: Desk
  let reader: Client
  beforeAll(async () => {
    desk = await openDesk({ classifier })
    reader = await signIn(desk.service, 'viewer')
    await desk.service.jira.create(CABLE)
    await desk.service.drain()
  })
  afterEach(() => desk.closeWindows())
  afterAll(() => desk?.close())

  test('a value is described and guarded, another one is merged with a preview; published, and restored', async () => {
    const page = await desk.open({ role: 'editor', name: 'mia' })
    await page.getByRole('link', { name: 'Fields and values' }).click()
    await page.getByRole('button', { name: 'Edit tv' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Description').fill('Channels, and the box under the television.')
    await dialog.getByLabel('Never set without a person').check()
    await dialog.getByRole('button', { name: 'Save to the draft' }).click()
    await page.getByText('2 changes', { exact: true }).waitFor()
    await page.getByText('never automatic').waitFor()

    await page.getByRole('button', { name: 'Edit vpn' }).click()
    await dialog.getByRole('button', { name: 'Retire …' }).click()
    await dialog
      .getByText(/^rows?.* vpn|no value vpn/)
      .first()
      .waitFor()
    await choose(page, 'Merge it into', 'Internet')
    await dialog.getByText(/row \d+ \(vpn\) goes: there is a row for internet/).waitFor()
    await dialog.getByRole('button', { name: 'Merge it into internet' }).click()
    await page.getByText('stands for vpn too').waitFor()
    await page
      .getByRole('region', { name: 'What it touches' })
      .getByText(/is read as service internet/)
      .first()
      .waitFor()

    await publish(page, 'vpn belongs to internet', 2)
    expect((await reader('GET', '/routing-map')).body.published.version).toBe(2)
    await page.getByRole('link', { name: 'Versions' }).click()
    await page.getByText('vpn belongs to internet').waitFor()
    await page.getByRole('button', { name: 'Compare with today' }).click()
    await page.getByText('Channels, and the box under the television.').waitFor()
    await page.getByRole('button', { name: 'Restore as draft' }).click()
    await page.getByText('Version 1 is the draft now. Publish it to use it.').waitFor()
    await page.getByRole('button', { name: 'Discard the draft' }).click()
    await page.getByRole('button', { name: 'Discard the draft' }).waitFor({ state: 'detached' })
  })

  test('a rule is made as a form, tried on the last tickets with one of them as its test, and published', async () => {
    const page = await desk.open({ role: 'editor', name: 'mia' })
    await page.getByRole('link', { name: 'Rules' }).click()
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.getByLabel('Name').fill('Red light')
    await page.getByRole('combobox', { name: 'One of these words' }).fill('red light')
    await page.keyboard.press('Enter')
    await choose(page, 'Field', 'Priority')
    await choose(page, 'Value', 'urgent')
    const trial = page.getByRole('region', { name: 'On the last tickets' })
    await trial.getByText('It matches 1 of the last 1 tickets').waitFor()
    await trial.getByText('1 comes out differently than by the rules in use.').waitFor()
    await trial.getByRole('button', { name: 'as example' }).click()
    const examples = page.getByRole('region', { name: 'Examples' })
    await examples.getByText('it does', { exact: true }).waitFor()
    await examples.getByText('must not match').click()
    await examples.getByText('it does not').waitFor()
    await examples.getByText('must match', { exact: true }).click()
    await page.getByRole('button', { name: 'Save to the draft' }).click()
    await page.getByText('1 change', { exact: true }).waitFor()
    await publish(page, 'a red light is urgent', 2)
    const { rules } = (await reader('GET', '/rules')).body
    expect(rules[0]).toMatchObject({
      id: 'red-light',
      when: { any: ['red light'], in: 'both' },
      // biome-ignore lint/suspicious/noThenProperty: the key of the rule format
      then: { decide: { priority: 'urgent' } },
      examples: [{ subject: CABLE.subject, matches: true }],
    })
  })

  test('a pasted mail is decided with every step and stays text; it becomes a test, and an example of a rule', async () => {
    const page = await desk.open({ role: 'editor' })
    await page.getByRole('link', { name: 'Playground' }).click()
    const before = (await reader('GET', '/decisions')).body.items.length
    const mail = `From: ann@example.com\nSubject: The cable <script>document.title = "taken"</script>\n\nThe cable modem is dead <img src=x onerror="document.title='taken'">, call me at ann@example.com.`
    await page.getByLabel('Text', { exact: true }).evaluate((field, text) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text', text)
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    }, mail)
    expect(await page.getByLabel('Subject').inputValue()).toBe('The cable <script>document.title = "taken"</script>')
    await page.keyboard.press('Tab')
    await page.getByLabel('Text', { exact: true }).press('Control+Enter')
    const result = page.getByRole('region', { name: 'Decision', exact: true })
    await result.getByText('<EMAIL_1>').waitFor()
    for (const step of ['Read', 'Rules', 'Answer', 'Decided', 'Routed'])
      await result.getByRole('heading', { level: 3, name: step }).waitFor()
    expect(await page.title()).toBe('Pointsman')
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect(await findBarriers(page)).toEqual([])
    expect((await reader('GET', '/decisions')).body.items).toHaveLength(before)

    await choose(page, 'And beside it', 'model server')
    await page.getByRole('button', { name: 'Decide' }).click()
    await page
      .getByRole('region', { name: 'Decision of the other classifier' })
      .getByText('There is no model server')
      .waitFor()

    const test = page.getByRole('region', { name: 'Make this a test: what is right' })
    await choose(page, 'Category', 'payment')
    await test.getByRole('button', { name: 'Add to the tests' }).click()
    const tests = page.getByRole('region', { name: 'Tests' })
    await tests.getByRole('button', { name: 'Run 1 test' }).click()
    await tests.getByText('0 of 1 right').waitFor()
    await tests.getByText('Category: outage ≠ payment').waitFor()

    await choose(page, 'Rule', 'breach')
    await page.getByText('must not match').click()
    await page.getByRole('button', { name: 'To the rule' }).click()
    const examples = page.getByRole('region', { name: 'Examples' })
    await examples.getByText('The cable <script>').waitFor()
    await examples.getByText('it does', { exact: true }).nth(3).waitFor()
  })

  test('a viewer sees both and can change nothing', async () => {
    const page = await desk.open({ role: 'viewer' })
    for (const [link, seen] of [
      ['Fields and values', 'Television'],
      ['Rules', 'breach'],
    ] as const) {
      await page.getByRole('link', { name: link }).click()
      await page.getByText(seen, { exact: true }).waitFor()
      expect(await page.getByRole('button', { name: /^(Edit|Add|Publish)/ }).count()).toBe(0)
    }
  })
})

async function publish(page: Page, comment: string, version: number) {
  await page.getByRole('button', { name: 'Publish …' }).click()
  await page.getByLabel('What changed, and why').fill(comment)
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByText(`Version ${version} is in use now.`).waitFor()
}

async function choose(page: Page, label: string, option: string) {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}
