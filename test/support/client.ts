/** A client of the API with a token of one role. */
import { createToken } from '../../src/admin/access/tokens.ts'
import type { Role } from '../../src/contract/index.ts'
import type { Service } from './service.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
type Answer = { status: number; headers: Headers; body: any }
export type Client = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

export async function signIn(service: Service, role: Role, name: string = role): Promise<Client> {
  const { token } = await createToken(service.deps.database.db, { name, role }, 'test')
  return clientWith(service, token)
}

export function clientWith({ app }: Pick<Service, 'app'>, token: string | null): Client {
  return async (method, path, body, headers = {}) => {
    const answer = await app.request(`/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
    if (type === 'text/event-stream') await answer.body?.cancel() // it would not end by itself
    const text = type === 'text/event-stream' ? '' : await answer.text()
    const isJson = /json$/.test(type)
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson && text !== '' && !text.includes('\n{') ? JSON.parse(text) : text,
    }
  }
}
