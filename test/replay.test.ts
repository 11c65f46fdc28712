/** The replay of past tickets, from the helpdesk to the report: the model that answers has not seen them. */
import { expect, test, vi } from 'vitest'
import { readLedger } from '../src/decisions/index.ts'
import { loadTraining } from '../src/demo/tickets.ts'
import { replay } from '../src/history/replay/index.ts'
import { addExamples } from '../src/labels/index.ts'
import { fieldsOf } from './support/acts.ts'
import { signIn } from './support/client.ts'
import { openService } from './support/service.ts'

// it trains a model, on a machine that may be busy
vi.setConfig({ testTimeout: 180_000 })

test('tickets of a backfill are decided by a model that learnt from others, and nothing is stored', async () => {
  const service = await openService({ env: { CLASSIFIER: 'embedded' } })
  try {
    const { db } = service.deps.database
    const training = await loadTraining()
    const options = { since: new Date(Date.now() - 86_400_000), limit: 100, precision: 0.9, concurrency: 2 }
    await expect(replay(service.deps, options)).rejects.toMatchObject({
      next: expect.stringContaining('pointsman backfill'),
    })

    service.zendesk.webhooks.length = 0
    for (const { subject, text, labels } of training.slice(0, 8)) {
      const { id } = await service.zendesk.create({ subject, body: text })
      await service.zendesk.edit(id, await fieldsOf(service, 'zendesk', { service: labels.service!, group: 'Network' }))
      await service.zendesk.edit(id, await fieldsOf(service, 'zendesk', { group: 'Mobile' }))
      await service.zendesk.resolve(id)
    }
    await (await signIn(service, 'ml'))('POST', '/connections/zendesk/backfill', {})
    await service.drain()
    await expect(replay(service.deps, options)).rejects.toMatchObject({ message: expect.stringContaining('too few') })
    // The first eight are copies of the tickets to be decided.
    await addExamples(db, 'synthetic', training.slice(0, 48))
    const report = await replay(service.deps, options)
    expect(report).toMatchObject({ tickets: 8, routes: { tickets: 8, misrouted: { value: 1, n: 8 } } })
    expect(report.trainedOn).toBeLessThanOrEqual(40)
    expect(report.fields).toMatchObject([{ field: 'service', accuracy: { n: 8 } }])
    const { events } = await readLedger(db)
    expect(events).toBe(0)
  } finally {
    await service.close()
  }
})
