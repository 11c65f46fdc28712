/** Webhooks by the API: only an administrator may have them, and Zendesk makes the secret. */
import type { Hono } from 'hono'
import type { Webhook } from '../../sandbox.ts'
import { ApiFault, type Desk, notFound, record } from './desk.ts'

export function webhookRoutes(app: Hono, desk: Desk, webhooks: Webhook[]): void {
  const shown = (webhook: Webhook) => ({
    id: `01SANDBOX${webhooks.indexOf(webhook)}`,
    name: 'A webhook',
    endpoint: webhook.url,
    status: 'active',
    subscriptions: webhook.subscriptions ?? ['conditional_ticket_events'],
  })
  app.use('/api/v2/webhooks/*', async (_, next) => {
    if (desk.account.self.role !== 'admin')
      throw new ApiFault(403, { error: { title: 'Forbidden', message: 'You do not have access to this page.' } })
    await next()
  })
  app.get('/api/v2/webhooks', (c) => c.json({ webhooks: webhooks.map(shown), meta: { has_more: false } }))
  app.post('/api/v2/webhooks', async (c) => {
    const { endpoint, subscriptions } = record(record(await c.req.json()).webhook)
    const webhook: Webhook = {
      url: String(endpoint),
      secret: { kind: 'signature', secret: `sandbox-${crypto.randomUUID()}` },
      style: 'events',
      subscriptions: Array.isArray(subscriptions) ? subscriptions.map(String) : [],
    }
    webhooks.push(webhook)
    return c.json({ webhook: shown(webhook) }, 201)
  })
  app.get('/api/v2/webhooks/:id/signing_secret', (c) => {
    const webhook = webhooks.find((one) => shown(one).id === c.req.param('id'))
    if (!webhook) throw notFound()
    return c.json({ signing_secret: { algorithm: 'SHA256', secret: webhook.secret.secret } })
  })
}
