/** New tokens from Zendesk's OAuth endpoint. */
import { z } from 'zod'
import { type Connection, type OAuthCredentials, oauthOf, type Tokens } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import { broken, send } from './client.ts'

const Granted = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.number().positive().nullish(),
})

/** Zendesk requires a scope with client credentials; these two allow reading tickets and writing decisions. */
const DEFAULT_SCOPE = 'read write'

/** Each refresh token works once: Zendesk deletes the old pair, so the new one must be stored before it is used. */
export async function refresh(connection: Connection): Promise<Tokens> {
  const { baseUrl, settings } = connection
  const credentials = oauthOf(connection.credentials)
  if (!credentials)
    throw new HelpdeskError('auth', 'Only OAuth credentials can be refreshed.', {
      next: 'Save the connection with a new token.',
    })
  const request = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(grant(credentials)),
  }
  const asked = Date.now()
  const { body } = await send(credentials.tokenUrl ?? `${baseUrl}/oauth/tokens`, request, settings.timeoutMs).catch(
    refused,
  )
  const granted = Granted.safeParse(body)
  if (!granted.success) throw broken('The answer of the token endpoint has an unknown shape', granted.error)
  const { access_token, refresh_token, expires_in } = granted.data
  return {
    accessToken: access_token,
    ...(refresh_token && { refreshToken: refresh_token }),
    ...(expires_in && { expiresAt: new Date(asked + expires_in * 1000).toISOString() }),
  }
}

function grant({ clientId, clientSecret, refreshToken, scope }: OAuthCredentials): Record<string, string> {
  const client = { client_id: clientId, client_secret: clientSecret }
  if (!refreshToken) return { grant_type: 'client_credentials', ...client, scope: scope ?? DEFAULT_SCOPE }
  return { grant_type: 'refresh_token', refresh_token: refreshToken, ...client, ...(scope && { scope }) }
}

/** A refused grant is answered 400 or 401. Neither the mapping nor a retry can fix it. */
function refused(error: unknown): never {
  if (!(error instanceof HelpdeskError) || (error.fault !== 'invalid' && error.fault !== 'auth')) throw error
  throw new HelpdeskError('auth', error.message, {
    next: 'Authorize the connection again: the refresh token or the client secret is no longer accepted.',
    status: error.status,
    cause: error,
  })
}
