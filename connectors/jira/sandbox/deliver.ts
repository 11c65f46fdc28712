/** The webhooks of the sandbox, signed and retried like Jira's. */
import type { Webhook } from '../../sandbox.ts'
import type { Model } from './model.ts'

// https://developer.atlassian.com/cloud/jira/platform/webhooks/ : the statuses that Jira retries, up to five times.
const RETRIED = new Set([408, 409, 425, 429])
const RETRY_MS = [50, 100, 200, 400, 800]

export type Happening = {
  kind: 'created' | 'updated' | 'resolved' | 'moved' | 'other'
  key: string
  body: Record<string, unknown>
}

export function createPost(model: Model, options: { retryMs?: number[]; fetch?: typeof fetch }) {
  const running = new Set<Promise<void>>()
  const pauses = options.retryMs ?? RETRY_MS
  const send = options.fetch ?? ((...args: Parameters<typeof fetch>) => fetch(...args))
  return {
    fire(happening: Happening): void {
      for (const webhook of model.webhooks) {
        const body = bodyFor(webhook, happening)
        if (body === null) continue
        const delivery = deliver(webhook, JSON.stringify(body), model, pauses, send).finally(() =>
          running.delete(delivery),
        )
        running.add(delivery)
      }
    },
    async settled(): Promise<void> {
      // A delivery may cause a write, and with it another delivery.
      while (running.size > 0) await Promise.all(running)
    },
  }
}

function bodyFor(webhook: Webhook, { kind, key, body }: Happening): Record<string, unknown> | null {
  if (webhook.style === 'events') return body
  return kind === 'other' ? null : { key, event: kind }
}

async function deliver(
  webhook: Webhook,
  body: string,
  model: Model,
  pauses: number[],
  send: typeof fetch,
): Promise<void> {
  const headers = await headersFor(webhook, body, model)
  for (let attempt = 0; attempt <= pauses.length; attempt++) {
    const retry: Record<string, string> = attempt > 0 ? { 'x-atlassian-webhook-retry': String(attempt) } : {}
    const status = await attemptOnce(webhook.url, { method: 'POST', headers: { ...headers, ...retry }, body }, send)
    if (status !== null && status < 500 && !RETRIED.has(status)) return
    if (attempt < pauses.length) await new Promise((resolve) => setTimeout(resolve, pauses[attempt]))
  }
}

async function attemptOnce(url: string, init: RequestInit, send: typeof fetch): Promise<number | null> {
  try {
    const response = await send(url, { ...init, signal: AbortSignal.timeout(20_000) })
    await response.body?.cancel()
    return response.status
  } catch {
    return null // refused, cut or too slow: Jira retries
  }
}

async function headersFor({ secret, style }: Webhook, body: string, model: Model): Promise<Record<string, string>> {
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=UTF-8' }
  // Neither Data Center nor Automation identifies a delivery.
  if (model.edition === 'cloud' && style === 'events') {
    headers['x-atlassian-webhook-identifier'] = crypto.randomUUID()
    headers['x-atlassian-webhook-flow'] = 'Primary'
  }
  if (secret.kind === 'token') headers[(secret.header ?? 'X-Pointsman-Token').toLowerCase()] = secret.secret
  else headers['x-hub-signature'] = `sha256=${await hmac(secret.secret, body)}`
  return headers
}

async function hmac(secret: string, body: string): Promise<string> {
  const utf8 = new TextEncoder()
  const key = await crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8.encode(body)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
