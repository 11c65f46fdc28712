/** Sign-in at an identity provider: OpenID Connect with a code, PKCE, state and nonce. */
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  fetchUserInfo,
  None,
  ResponseBodyError,
} from 'openid-client'
import type { OidcSettings } from '../../config.ts'
import { TriageError } from '../../errors.ts'
import { openFetch } from '../../outbound/index.ts'
import { sha256Hex } from '../../secrets.ts'
import { type Claims, hasClaim } from './claims.ts'

/** What the provider says of itself is read again after so long. */
const KNOWN_MS = 3_600_000
const TIMEOUT_S = 10

/** `denied`: the provider sent the person back without an account. `again`: the answer is not to this browser, or no longer. */
export type SignInFault = 'denied' | 'again' | 'provider'

/** Signing in failed; the message is for the log. */
export class SignInError extends TriageError {
  readonly fault: SignInFault
  constructor(fault: SignInFault, message: string, cause?: unknown) {
    super(message, { next: 'Sign in again.', cause })
    this.fault = fault
  }
}

type Oidc = {
  /** Where to send the browser. It keeps the secret, from which state, nonce and verifier are made: nothing is stored here. */
  begin(secret: string): Promise<URL>
  /** What the provider says of the person who comes back with these parameters. */
  finish(query: URLSearchParams, secret: string): Promise<Claims>
}

export function openOidc(settings: OidcSettings, publicUrl: string): Oidc {
  const { issuer, clientId, clientSecret, scopes, nameClaim, rolesClaim } = settings
  const callback = `${publicUrl}/api/v1/session/oidc/callback`
  // The operator named this host.
  const fetch = openFetch([new URL(issuer).hostname])
  let known: { at: number; configuration: Promise<Configuration> } | null = null

  const discover = async () => {
    if (!known || Date.now() - known.at > KNOWN_MS) {
      const configuration = discovery(
        new URL(issuer),
        clientId,
        {},
        clientSecret === null ? None() : anySecret(clientSecret),
        {
          [customFetch]: (url, options) => fetch(url, options as RequestInit),
          timeout: TIMEOUT_S,
          ...(issuer.startsWith('http:') && { execute: [allowInsecureRequests] }),
        },
      )
      known = { at: Date.now(), configuration }
    }
    try {
      return await known.configuration
    } catch (error) {
      known = null
      throw new SignInError('provider', `${issuer} does not say how to sign in there`, error)
    }
  }

  return {
    async begin(secret) {
      const configuration = await discover()
      const { state, nonce, verifier } = await checksOf(secret)
      return buildAuthorizationUrl(configuration, {
        redirect_uri: callback,
        scope: scopes,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
    },
    async finish(query, secret) {
      const { state, nonce, verifier } = await checksOf(secret)
      if (query.get('state') !== state) throw new SignInError('again', 'the answer belongs to another sign-in')
      const configuration = await discover()
      try {
        const tokens = await authorizationCodeGrant(configuration, new URL(`${callback}?${query}`), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims() as Claims
        // Some providers keep the token small and tell the rest when they are asked.
        const isComplete = hasClaim(claims, nameClaim) && hasClaim(claims, rolesClaim)
        if (isComplete || !configuration.serverMetadata().userinfo_endpoint) return claims
        return { ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims }
      } catch (error) {
        throw asFault(error)
      }
    },
  }
}

/** State, nonce and verifier of a sign-in: without the secret of the browser nobody can tell them. */
async function checksOf(secret: string) {
  const [state, nonce, verifier] = await Promise.all(
    ['state', 'nonce', 'verifier'].map((purpose) => sha256Hex(`pointsman sign-in ${purpose} ${secret}`)),
  )
  return { state: state!, nonce: nonce!, verifier: verifier! }
}

/** In the way that the provider takes; those that say nothing take the header. */
function anySecret(secret: string): ClientAuth {
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)]
  return (server, client, body, headers) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const way = ways.includes('client_secret_basic') ? basic : post
    way(server, client, body, headers)
  }
}

function asFault(error: unknown): SignInError {
  if (error instanceof AuthorizationResponseError)
    return new SignInError(
      'denied',
      `the provider answered ${error.error}: ${error.error_description ?? 'no reason'}`,
      error,
    )
  // A code that was used or is too old.
  if (error instanceof ResponseBodyError && error.error === 'invalid_grant')
    return new SignInError('again', 'the provider does not take the code again', error)
  return new SignInError('provider', 'the provider did not confirm the account', error)
}
