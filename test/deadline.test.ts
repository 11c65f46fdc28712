/** All questions to the model about one ticket share one deadline. */
import { delay } from 'msw'
import { afterEach, expect, test } from 'vitest'
import { decisions } from '../src/db/schema.ts'
import { MODEL_ENV, modelServer } from './support/model-server.ts'
import { openService, type Service } from './support/service.ts'

const says = { service: 'billing', category: 'payment', priority: 'normal', sentiment: 'neutral' }
/** The text contains words that only name labels: the model is asked a second time without them. */
const NAMES_LABELS = {
  subject: 'Modem',
  body: 'The cable modem shows a red light since this morning.\n\nbilling invoice payment refund charge billing invoice payment refund charge',
}

let service: Service
afterEach(() => service?.close())

test('when the deadline ends during the second question, the ticket is held with its first answer', async () => {
  // Long enough for the first answer on a busy machine.
  const deadline = 6000
  service = await openService({ env: { ...MODEL_ENV, LLM_TIMEOUT_MS: String(deadline) }, settings: { threshold: 0.1 } })
  const started: number[] = []
  const server = modelServer(async () => {
    started.push(performance.now())
    await delay(started.length > 1 ? 'infinite' : deadline / 10)
    return { says }
  })
  service.network.use(...server.handlers)
  await service.jira.create(NAMES_LABELS)
  await service.drain()
  const [decision] = await service.deps.database.db.select().from(decisions)
  expect(decision).toMatchObject({
    plan: 'hold',
    reason: expect.stringContaining('could not be re-checked'),
    // an optional field is left out
    values: { service: 'billing', category: 'payment', priority: 'normal' },
    answers: { service: { value: 'billing' } },
    trace: { classifier: ['endpoint', expect.stringContaining(`within ${deadline} ms`)] },
  })
  expect(started).toHaveLength(2)
  // the second question had only the rest of the time
  expect(decision!.ms).toBeLessThan(2 * deadline)
})
