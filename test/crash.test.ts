/** Killed at random moments while webhooks arrive: nothing acknowledged is lost, nothing is done twice. */
import { afterAll, beforeAll, test } from 'vitest'
import { type Fresh, freshDatabase } from './support/database.ts'
import { deliver, type Fleet, openFleet, pause, untilSettled } from './support/fleet.ts'
import { expectAllDecidedOnce } from './support/once.ts'

const WEBHOOKS = 500
const KILLS = 4
let fresh: Fresh
let fleet: Fleet

beforeAll(async () => {
  fresh = await freshDatabase()
  fleet = await openFleet(fresh)
}, 120_000)

afterAll(async () => {
  await fleet?.close()
  await fresh?.drop()
})

test(`${KILLS} times SIGKILL while ${WEBHOOKS} webhooks arrive`, { timeout: 600_000 }, async () => {
  let service = await fleet.start()
  const { port } = service
  let sent = 0
  const acknowledged: string[] = []
  const sender = async () => {
    while (sent < WEBHOOKS) acknowledged.push(await deliver(() => port, await fleet.webhook(sent++)))
  }
  const killing = (async () => {
    for (let kill = 1; kill <= KILLS; kill++) {
      const from = Math.floor((WEBHOOKS / (KILLS + 1)) * kill)
      while (sent < from) await pause(5)
      await pause(Math.random() * 150)
      await service.kill()
      service = await fleet.start(port)
    }
  })()
  await Promise.all([killing, ...Array.from({ length: 8 }, sender)])
  await untilSettled(service)
  await service.kill()
  await expectAllDecidedOnce(fleet, acknowledged, WEBHOOKS)
})
