/** A ticket has one deadline, however often the model is asked about it. */
import { delay } from 'msw'
import { afterEach, expect, test } from 'vitest'
import { decisions } from '../src/db/schema.ts'
import { MODEL_ENV, modelServer } from './support/model-server.ts'
import { openService, type Service } from './support/service.ts'

const says = { service: 'billing', category: 'payment', priority: 'normal', sentiment: 'neutral' }
/** Words that only name labels: what they decide is asked again without them. */
const BAIT = {
  subject: 'Modem',
  body: 'The cable modem shows a red light since this morning.\n\nbilling invoice payment refund charge billing invoice payment refund charge',
}

let service: Service
afterEach(() => service?.close())

test('when it is spent before the second look is done, the ticket waits with its first answer', async () => {
  const deadline = 1500
  service = await openService({ env: { ...MODEL_ENV, LLM_TIMEOUT_MS: String(deadline) }, settings: { threshold: 0.1 } })
  const started: number[] = []
  const server = modelServer(async () => {
    started.push(performance.now())
    await delay(started.length > 1 ? 'infinite' : deadline / 3)
    return { says }
  })
  service.network.use(...server.handlers)
  await service.jira.create(BAIT)
  await service.drain()
  const [decision] = await service.deps.database.db.select().from(decisions)
  expect(decision).toMatchObject({
    plan: 'hold',
    reason: expect.stringContaining('could not be looked at again'),
    // an optional field is left out
    values: { service: 'billing', category: 'payment', priority: 'normal' },
    answers: { service: { value: 'billing' } },
    trace: { classifier: ['endpoint', expect.stringContaining(`within ${deadline} ms`)] },
  })
  expect(started).toHaveLength(2)
  // the second look had what the first left
  expect(decision!.ms).toBeLessThan(2 * deadline)
})
