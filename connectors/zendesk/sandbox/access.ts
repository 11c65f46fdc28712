/** Credentials that the sandbox accepts, and its token endpoint: tokens expire, refresh tokens work once. */
import { ApiFault } from './desk.ts'

const LIFETIME_SECONDS = 7200

export type Access = {
  basic: { kind: 'basic'; email: string; apiToken: string }
  bearer: { kind: 'bearer'; token: string }
  oauth: { kind: 'oauth'; clientId: string; clientSecret: string; refreshToken: string }
  /** Access tokens that are valid. */
  live: Set<string>
  /** Refresh token -> the access token that is revoked with it. */
  refreshable: Map<string, string | null>
}

export function openAccess(email: string): Access {
  const refreshToken = 'sandbox-refresh-token-1'
  return {
    basic: { kind: 'basic', email, apiToken: 'sandbox-api-token' },
    bearer: { kind: 'bearer', token: 'sandbox-bearer-token' },
    oauth: { kind: 'oauth', clientId: 'pointsman', clientSecret: 'sandbox-client-secret', refreshToken },
    live: new Set(['sandbox-bearer-token']),
    refreshable: new Map([[refreshToken, null]]),
  }
}

/** Does this header belong to our service account? */
export function isSelf(access: Access, authorization: string): boolean {
  const basic = `Basic ${btoa(`${access.basic.email}/token:${access.basic.apiToken}`)}`
  return authorization === basic || access.live.has(authorization.replace(/^Bearer /, ''))
}

export function grantToken(access: Access, body: Record<string, unknown>) {
  const { clientId, clientSecret } = access.oauth
  if (body.client_id !== clientId || body.client_secret !== clientSecret)
    throw new ApiFault(401, { error: 'invalid_client', error_description: 'Client authentication failed' })
  if (body.grant_type === 'client_credentials' && typeof body.scope === 'string')
    return {
      access_token: newToken(access, 'access'),
      token_type: 'bearer',
      scope: body.scope,
      expires_in: LIFETIME_SECONDS,
    }
  const given = String(body.refresh_token)
  if (body.grant_type !== 'refresh_token' || !access.refreshable.has(given))
    throw new ApiFault(400, { error: 'invalid_grant', error_description: 'The grant is invalid, expired or revoked' })
  const old = access.refreshable.get(given)
  access.refreshable.delete(given)
  if (old) access.live.delete(old)
  const granted = { access_token: newToken(access, 'access'), refresh_token: `refresh-${crypto.randomUUID()}` }
  access.refreshable.set(granted.refresh_token, granted.access_token)
  return { ...granted, token_type: 'bearer', scope: 'read write', expires_in: LIFETIME_SECONDS }
}

function newToken(access: Access, kind: string): string {
  const token = `${kind}-${crypto.randomUUID()}`
  access.live.add(token)
  return token
}
