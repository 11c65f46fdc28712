/** The webhook with ticket events. Zendesk makes its signing secret, which administrators may read. */
import { z } from 'zod'
import type { WebhookSetup } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import { openApi } from './client.ts'
import { parsed } from './parsed.ts'

const EVENTS = [
  'ticket.created',
  'ticket.priority_changed',
  'ticket.status_changed',
  'ticket.group_assignment_changed',
  'ticket.agent_assignment_changed',
  'ticket.custom_field_changed',
  'ticket.tags_changed',
  'ticket.merged',
  'ticket.soft_deleted',
  'ticket.permanently_deleted',
  'ticket.marked_as_spam',
  'user.deleted',
].map((name) => `zen:event-type:${name}`)

const Known = z.object({
  id: z.coerce.string(),
  endpoint: z.string().nullish(),
  status: z.string().nullish(),
  subscriptions: z.array(z.string()).nullish(),
})
const Made = z.object({ webhook: Known })
const Signing = z.object({ signing_secret: z.object({ secret: z.string().min(1) }) })

export const webhook: WebhookSetup = {
  secretFrom: 'helpdesk',
  byHand: {
    where: 'Admin Center > Apps and integrations > Webhooks > Create webhook > Zendesk events',
    fields: [
      { name: 'Endpoint URL', value: '{url}' },
      { name: 'Request method, format', value: 'POST, JSON' },
      {
        name: 'Events',
        value:
          'Ticket: created, priority changed, status changed, group assignment changed, agent assignment changed, custom field changed, tags changed, merged, soft deleted, permanently deleted, marked as spam. User: deleted',
      },
      { name: 'Signing secret', value: '{secret}' },
    ],
  },
  async make(connection, { url }) {
    const api = openApi(connection)
    try {
      const found = parsed(z.array(Known), await api.list('webhooks', 'webhooks'), 'webhooks')
      const there = found.find((one) => one.endpoint === url && one.status === 'active' && hears(one.subscriptions))
      const made = there ?? parsed(Made, await api.post('webhooks', asNew(url)), 'the new webhook').webhook
      const path = `webhooks/${encodeURIComponent(made.id)}/signing_secret`
      const { signing_secret } = parsed(Signing, await api.get(path), 'the signing secret')
      return { id: made.id, secret: signing_secret.secret }
    } catch (error) {
      if (!(error instanceof HelpdeskError) || error.fault !== 'forbidden') throw error
      throw new HelpdeskError('forbidden', `Our Zendesk user may not make webhooks: ${error.message}`, {
        next: 'A Zendesk administrator makes it by hand, or makes our user an administrator until it is made.',
        cause: error,
      })
    }
  },
}

const hears = (subscriptions: string[] | null | undefined) => EVENTS.every((event) => subscriptions?.includes(event))

const asNew = (endpoint: string) => ({
  webhook: {
    name: 'Pointsman',
    endpoint,
    status: 'active',
    http_method: 'POST',
    request_format: 'json',
    subscriptions: EVENTS,
  },
})
