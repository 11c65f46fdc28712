/** /adapters, and the webhook of a connection: what is needed to set one up. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Config } from '../../config.ts'
import { formOf, makeWebhook, newWebhookSecret, type SaveNeeds, webhookUrl } from '../../connections/index.ts'
import { Rejected } from '../../errors.ts'
import { body, ConnectionName, json } from '../../http/index.ts'
import type { Env } from '../access/index.ts'
import { guarded, listOf } from './route-helpers.ts'

export type SetupNeeds = SaveNeeds & { config: Pick<Config, 'publicUrl'> }

const Adapter = z
  .object({
    kind: z.string(),
    settings: z.array(z.object({ name: z.string(), choices: z.array(z.string()), default: z.string() })),
    credentials: z.array(
      z.object({
        kind: z.string(),
        parts: z.array(z.object({ name: z.string(), secret: z.boolean(), optional: z.boolean() })),
      }),
    ),
    places: z
      .string()
      .nullable()
      .openapi({ description: 'The filter that limits a connection to some projects or forms.' }),
    webhook: z
      .object({
        secretFrom: z.enum(['us', 'helpdesk']).openapi({ description: 'Who makes the secret that signs deliveries.' }),
        byHand: z.object({
          where: z.string(),
          fields: z
            .array(z.object({ name: z.string(), value: z.string() }))
            .openapi({ description: '`{url}` and `{secret}` are placeholders.' }),
        }),
      })
      .nullable()
      .openapi({ description: 'How a person makes the webhook, where the API does not allow it.' }),
  })
  .openapi('Adapter')

const Base = z.strictObject({
  base: z
    .url({ protocol: /^https?$/ })
    .optional()
    .openapi({ description: 'The address of this service as the helpdesk reaches it; default: PUBLIC_URL.' }),
})
const ByName = z.strictObject({ name: ConnectionName })
const tags = ['connections']

const adapters = guarded('read-connections', {
  method: 'get',
  path: '/adapters',
  tags,
  summary: 'The helpdesks that can be connected, and what each asks for',
  responses: { 200: json(listOf(Adapter), 'One for each adapter.') },
})

const webhook = guarded('administer', {
  method: 'post',
  path: '/connections/{name}/webhook',
  tags,
  summary: 'Make the webhook in the helpdesk, by its API',
  description:
    'A webhook that is there for our address is used again. 422 says what to do where our account may not make one.',
  request: { params: ByName, body: body(Base) },
  responses: { 200: json(z.object({ id: z.string(), url: z.string() }), 'It sends its events from now on.') },
})

const secret = guarded('administer', {
  method: 'post',
  path: '/connections/{name}/webhook-secret',
  tags,
  summary: 'Make a secret for a webhook that a person makes by hand',
  description: 'It is accepted beside those of now, and cannot be read later.',
  request: { params: ByName, body: body(Base) },
  responses: { 200: json(z.object({ url: z.string(), secret: z.string() }), 'Enter both in the helpdesk.') },
})

export function connectionSetupRoutes(deps: SetupNeeds) {
  const baseOf = ({ base }: z.infer<typeof Base>) => {
    const found = base ?? deps.config.publicUrl
    if (found) return found
    throw new Rejected(422, 'The address of this service is not known', {
      next: 'Send "base", the address at which the helpdesk reaches it, or set PUBLIC_URL.',
      faults: [{ path: 'base', message: 'is required while PUBLIC_URL is not set' }],
    })
  }
  return new OpenAPIHono<Env>()
    .openapi(adapters, (c) => c.json({ items: Object.values(deps.connectors).map(formOf), next: null }, 200))
    .openapi(webhook, async (c) => {
      const { name } = c.req.valid('param')
      return c.json(await makeWebhook(deps, name, baseOf(c.req.valid('json')), c.get('actor').name), 200)
    })
    .openapi(secret, async (c) => {
      const { name } = c.req.valid('param')
      const url = webhookUrl(baseOf(c.req.valid('json')), name)
      return c.json({ url, secret: await newWebhookSecret(deps, name, c.get('actor').name) }, 200)
    })
}
