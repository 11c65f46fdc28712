/** The service with its page on a real port, and a browser in front of it. */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { pino } from 'pino'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { createToken } from '../../src/admin/access/index.ts'
import { buildPage } from '../../src/admin/page/index.ts'
import { createApp } from '../../src/app.ts'
import type { Config } from '../../src/config.ts'
import type { Role } from '../../src/contract/index.ts'
import { openBrowser, signInByToken, watchFaults } from './browser.ts'
import { openService, type Service, type ServiceOptions } from './service.ts'

export type Desk = {
  service: Service
  url: string
  browser: Browser
  /** A new browser window; `role` signs it in. What it must never do is checked by `close`. */
  open(options?: { role?: Role; name?: string; browser?: BrowserContextOptions }): Promise<Page>
  /** Closes the windows; fails when one of them logged an error or broke the policy. */
  closeWindows(): Promise<void>
  close(): Promise<void>
}

/** `configure` gives settings that depend on the address of the page. */
export async function openDesk(
  options: ServiceOptions & { configure?: (url: string) => Partial<Config> | Promise<Partial<Config>> } = {},
): Promise<Desk> {
  await buildPage(pino({ level: 'warn' }))
  const service = await openService(options)
  let app: Pick<Service['app'], 'fetch'> | undefined
  const server = serve({ fetch: (...given) => app!.fetch(...given), port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = { ...service.deps.config, publicUrl: null, ...(await options.configure?.(url)) }
  app = createApp({ ...service.deps, config })
  const browser = await openBrowser()
  const windows: { page: Page; faults: string[] }[] = []
  return {
    service,
    url,
    browser,
    async open({ role, name = role, browser: looks } = {}) {
      const context = await browser.newContext({ reducedMotion: 'reduce', ...looks })
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      windows.push({ page, faults: watchFaults(page) })
      if (!role) return page
      const title = `${name} ${windows.length} ${Date.now()}`
      const { token } = await createToken(service.deps.database.db, { name: title, role }, 'test')
      await signInByToken(page, url, token)
      return page
    },
    async closeWindows() {
      const closed = windows.splice(0)
      for (const { page } of closed) await page.context().close()
      expect(closed.flatMap(({ faults }) => faults)).toEqual([])
    },
    async close() {
      await browser.close()
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await service.close()
    },
  }
}
