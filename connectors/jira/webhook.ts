/**
 * The admin webhook: the one that signs. An OAuth app may only register dynamic webhooks, which end after 30 days and are
 * signed in another way, so with OAuth a person makes it.
 */
import { z } from 'zod'
import type { WebhookSetup } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import { checked } from './answers.ts'
import { send } from './client.ts'
import { settingsOf } from './connection.ts'

const EVENTS = ['jira:issue_created', 'jira:issue_updated', 'jira:issue_deleted']

const Known = z.object({
  url: z.string().nullish(),
  /** Its last part is the id; Data Center has `id` as well. */
  self: z.string().nullish(),
  id: z.coerce.string().nullish(),
})

export const webhook: WebhookSetup = {
  secretFrom: 'us',
  byHand: {
    where: 'Settings > System > WebHooks > Create a WebHook (needs a Jira administrator)',
    fields: [
      { name: 'URL', value: '{url}' },
      { name: 'Secret', value: '{secret}' },
      { name: 'Events', value: 'Issue: created, updated, deleted' },
      { name: 'Exclude body', value: 'off' },
    ],
  },
  async make(connection, { url, secret }) {
    if (connection.credentials.kind === 'oauth') throw byHand('An OAuth app may not make an admin webhook in Jira.')
    const dataCenter = settingsOf(connection).edition === 'datacenter'
    const path = dataCenter ? '/rest/jira-webhook/1.0/webhooks' : '/rest/webhooks/1.0/webhook'
    // Data Center ignores a secret outside of its configuration, and would not sign.
    const own = dataCenter ? { active: true, configuration: { SECRET: secret } } : { enabled: true, secret }
    const body = { name: 'Pointsman', url, events: EVENTS, ...own }
    try {
      const found = checked(z.array(Known), await send(connection, { url: path }), 'the webhooks')
      const there = found.find((one) => one.url === url)
      const id = there && idOf(there)
      const request = id ? { url: `${path}/${id}`, method: 'PUT', body } : { url: path, method: 'POST', body }
      const made = checked(Known, await send(connection, request), 'the webhook')
      return { id: idOf(made) ?? id ?? '', secret }
    } catch (error) {
      // Jira answers others than administrators with 401, 403 or 404, by version.
      if (error instanceof HelpdeskError && ['auth', 'forbidden', 'gone'].includes(error.fault))
        throw byHand(`Our Jira account may not make webhooks: ${error.message}`, error)
      throw error
    }
  },
}

const idOf = ({ id, self }: z.output<typeof Known>) => id ?? /(\d+)\/?$/.exec(self ?? '')?.[1]

function byHand(message: string, cause?: unknown): HelpdeskError {
  return new HelpdeskError('forbidden', message, {
    next: 'A Jira administrator makes it by hand, or gives our account Administer Jira until it is made.',
    cause,
  })
}
