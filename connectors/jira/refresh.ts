/**
 * New tokens. Atlassian's refresh tokens rotate: each works once, so the caller must store the new one before the next
 * refresh. https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/
 */
import { z } from 'zod'
import { type Connection, oauthOf, type Tokens } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import { checked } from './answers.ts'
import { contentOf, exchange } from './client.ts'
import { settingsOf } from './connection.ts'

const TOKEN_URL = 'https://auth.atlassian.com/oauth/token'

const Granted = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive().nullish(),
})

export async function refresh(connection: Connection): Promise<Tokens> {
  const { settings, baseUrl } = connection
  const credentials = oauthOf(connection.credentials)
  if (!credentials) {
    throw new HelpdeskError('auth', 'This connection has no OAuth grant to refresh.', {
      next: 'Save the connection with a valid token, or with OAuth credentials.',
    })
  }
  const { clientId, clientSecret, refreshToken, scope, tokenUrl } = credentials
  const grant: Record<string, string> = {
    grant_type: refreshToken ? 'refresh_token' : 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    ...(refreshToken ? { refresh_token: refreshToken } : {}),
    ...(scope ? { scope } : {}),
  }
  const dataCenter = settingsOf(connection).edition === 'datacenter'
  const url = tokenUrl ?? (dataCenter ? `${baseUrl}/rest/oauth2/latest/token` : TOKEN_URL)
  const answer = await exchange(url, post(grant, dataCenter), settings.timeoutMs, 'the token request')
  // RFC 6749: a grant that was used or revoked is answered 400; this is not a fault of a field.
  if (answer.status === 400 || answer.status === 403) throw expired(answer.status)
  return tokensOf(checked(Granted, contentOf(answer, 'the token request'), 'the token request'))
}

/** Cloud documents JSON; Data Center accepts forms only. */
function post(grant: Record<string, string>, form: boolean): RequestInit {
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  const body = form ? new URLSearchParams(grant).toString() : JSON.stringify(grant)
  return { method: 'POST', headers: { accept: 'application/json', 'content-type': type }, body }
}

function tokensOf({ access_token, refresh_token, expires_in }: z.output<typeof Granted>): Tokens {
  return {
    accessToken: access_token,
    ...(refresh_token ? { refreshToken: refresh_token } : {}),
    ...(expires_in ? { expiresAt: new Date(Date.now() + expires_in * 1000).toISOString() } : {}),
  }
}

function expired(status: number): HelpdeskError {
  return new HelpdeskError('auth', 'Jira no longer accepts the OAuth grant of this connection.', {
    next: 'Authorize the connection again: a grant ends after 90 days without use, or when its token was used twice.',
    status,
  })
}
