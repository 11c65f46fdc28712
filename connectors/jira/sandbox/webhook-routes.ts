/** Admin webhooks by the API. Only an administrator may have them; the secret cannot be read. */
import { type Context, Hono } from 'hono'
import { isRecord, parsed } from './input.ts'
import type { Model } from './model.ts'
import { VendorError } from './store.ts'

export function webhookRoutes(model: Model): Hono {
  const app = new Hono()
  const shown = (index: number) => {
    const id = String(index + 1)
    const { url } = model.webhooks[index]!
    const self = `${model.baseUrl}/rest/webhooks/1.0/webhook/${id}`
    return { name: 'A webhook', url, enabled: true, ...(model.edition === 'cloud' ? { self } : { id: Number(id) }) }
  }
  app.use(async (_, next) => {
    if (!model.administrator) throw new VendorError(403, {}, ['You are not authorized to perform this operation.'])
    await next()
  })
  app.get('/', (c) => c.json(model.webhooks.map((_, index) => shown(index))))
  app.post('/', async (c) => {
    model.webhooks.push(await given(model, c))
    return c.json(shown(model.webhooks.length - 1), 201)
  })
  app.put('/:id', async (c) => {
    const index = Number(c.req.param('id')) - 1
    if (!model.webhooks[index]) throw new VendorError(404, {}, ['The webhook does not exist.'])
    model.webhooks[index] = await given(model, c)
    return c.json(shown(index))
  })
  return app
}

/** Data Center takes a secret from `configuration` only. */
async function given(model: Model, c: Context): Promise<Model['webhooks'][number]> {
  const body = parsed(await c.req.text())
  if (!isRecord(body) || typeof body.url !== 'string') throw new VendorError(400, {}, ['The URL is missing.'])
  const configuration = isRecord(body.configuration) ? body.configuration : {}
  const secret = model.edition === 'cloud' ? body.secret : configuration.SECRET
  return { url: body.url, secret: { kind: 'signature', secret: String(secret ?? '') }, style: 'events' }
}
