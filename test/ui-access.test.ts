/** The admin page in Chromium: tokens, sessions and roles, and the audit log. */
import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createToken } from '../src/admin/access/index.ts'
import { executablePath, findBarriers } from './support/browser.ts'
import { clientWith } from './support/client.ts'
import { type Desk, openDesk } from './support/page.ts'

describe.skipIf(!executablePath)('access and audit', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await openDesk()
  })
  afterEach(() => desk.closeWindows())
  afterAll(() => desk?.close())

  test('an admin makes a token, sees it once, and revokes it; the audit log says so', async () => {
    const page = await desk.open({ role: 'admin', name: 'Ada' })
    await page.getByRole('link', { name: 'Access' }).click()
    await page.getByRole('button', { name: 'New token' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('nightly export')
    await dialog.getByRole('combobox', { name: 'Role' }).click()
    await page.getByRole('option', { name: 'Model trainer' }).click()
    await dialog.getByText('Exports training data and trains models.').waitFor()
    await dialog.getByRole('button', { name: 'Create the token' }).click()
    const token = await dialog.locator('.secret').innerText()
    const script = clientWith(desk.service, token)
    expect((await script('GET', '/me')).body).toMatchObject({ name: 'nightly export', role: 'ml' })
    expect(await findBarriers(page)).toEqual([])
    await dialog.getByRole('button', { name: 'I have copied it' }).click()
    expect(await page.content()).not.toContain(token)

    await page.getByRole('button', { name: 'Revoke the token nightly export' }).click()
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
    await page.getByText('Revoked: nightly export.').waitFor()
    expect((await script('GET', '/me')).status).toBe(401)
    await page.getByLabel('Show 1 revoked token').check()
    await page.getByText(/^revoked /).waitFor()

    await page.getByRole('link', { name: 'Audit log' }).click()
    const entry = page.getByRole('button', { name: /created a token.*nightly export/ })
    await entry.click()
    await page.getByRole('cell', { name: 'ml', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Check all rows' }).click()
    await page.getByText(/^All \d+ rows hold together$/).waitFor()
    expect(await findBarriers(page)).toEqual([])
  })

  test('an admin ends the session of somebody, who is then asked to sign in', async () => {
    const rita = await desk.open({ role: 'reviewer', name: 'Rita' })
    const page = await desk.open({ role: 'admin' })
    await page.goto(`${desk.url}/access?view=sessions`)
    await page.getByRole('row', { name: /this browser/ }).waitFor()
    await page.getByRole('button', { name: /^Sign out Rita/ }).click()
    await page.getByText(/^Signed out: Rita/).waitFor()
    await rita.reload()
    await rita.getByLabel('Access token').waitFor()
  })

  test('the audit log is filtered by its address, and the file holds the same', async () => {
    await createToken(desk.service.deps.database.db, { name: 'monthly report', role: 'viewer' }, 'test')
    const page = await desk.open({ role: 'auditor' })
    await page.goto(`${desk.url}/audit?action=token.create&since=nonsense&id=1`)
    await page.getByRole('searchbox', { name: 'About what' }).fill('MONTHLY')
    await page.waitForURL(/subject=MONTHLY/)
    await page.getByRole('button', { name: /monthly report/ }).waitFor()
    expect(await page.locator('.entry').count()).toBe(1)
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'CSV, for a spreadsheet' }).click()
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('token monthly report')
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await page.locator('.entry').nth(1).waitFor()
    expect(await page.getByRole('button', { name: 'New token' }).count()).toBe(0)
  })

  test('who may not see it is not led there, and the server refuses', async () => {
    const page = await desk.open({ role: 'editor' })
    expect(await page.getByRole('link', { name: 'Audit log' }).count()).toBe(0)
    await page.goto(`${desk.url}/audit`)
    await page.getByText(/is editor; this needs admin or auditor/).waitFor()
    expect(await page.locator('.entry').count()).toBe(0)
  })
})
