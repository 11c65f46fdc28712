import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { deadline } from './deadline.ts'

test('a route that does not answer in time is answered for, and a quick one is left alone', async () => {
  const app = new Hono()
  app.onError((error, c) => c.json({ ...error, message: error.message }, 503))
  app.use(deadline(50))
  app.get('/never', () => new Promise(() => {}))
  app.get('/quick', (c) => c.text('done'))
  const late = await app.request('/never')
  expect(await late.json()).toMatchObject({ status: 503, retry: true, message: expect.stringMatching(/no result/) })
  expect(await (await app.request('/quick')).text()).toBe('done')
})
