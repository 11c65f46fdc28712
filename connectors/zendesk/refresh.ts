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

/** Zendesk wants a scope with client credentials; these two let us read tickets and write our decisions. */
const DEFAULT_SCOPE = 'read write'

/** Each refresh token works once: Zendesk deletes the old pair, so what this returns must be stored before it is used. */
export async function refresh(connection: Connection): Promise<Tokens> {
  const { baseUrl, settings } = connection
  const credentials = oauthOf(connection.credentials)
  if (!credentials)
    throw new HelpdeskError('auth', 'Only OAuth credentials can be refreshed.', {
      next: 'Write a new token into the connection.',
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

/** A refused grant is 400 or 401; neither the mapping nor patience can mend it. */
function refused(error: unknown): never {
  if (!(error instanceof HelpdeskError) || (error.fault !== 'invalid' && error.fault !== 'auth')) throw error
  throw new HelpdeskError('auth', error.message, {
    next: 'Authorize the connection again: the refresh token or the client secret is no longer accepted.',
    status: error.status,
    cause: error,
  })
}
