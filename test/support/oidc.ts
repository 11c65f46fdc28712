/** A real identity provider on this machine: who types a name is signed in as that account. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Provider from 'oidc-provider'
import { readConfig } from '../../src/config.ts'

/** Name -> what the provider says of the account. */
export type Accounts = Record<string, Record<string, unknown>>

export type IdentityProvider = {
  issuer: string
  /** The settings of a Pointsman at this address that signs in here. */
  settings(url: string, more?: Record<string, string>): Pick<ReturnType<typeof readConfig>, 'oidc' | 'publicUrl'>
  close(): Promise<void>
}

const CLIENT = { client_id: 'pointsman', client_secret: 'the secret of the client in tests' }
const SCOPES = 'openid profile email'

export async function openIdentityProvider(accounts: Accounts): Promise<IdentityProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Another site than 127.0.0.1, as in life.
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  let provider: Provider | undefined
  const listen = (redirect: string) => {
    provider = providerOf(issuer, accounts, redirect)
    const callback = provider.callback()
    server.on('request', (request, response) => {
      if (request.url?.startsWith('/login/')) void logIn(provider!, request, response)
      else callback(request, response)
    })
  }
  return {
    issuer,
    settings(url, more = {}) {
      if (!provider) listen(`${url}/api/v1/session/oidc/callback`)
      const { oidc, publicUrl } = readConfig({
        PUBLIC_URL: url,
        OIDC_ISSUER: issuer,
        OIDC_CLIENT_ID: CLIENT.client_id,
        OIDC_CLIENT_SECRET: CLIENT.client_secret,
        OIDC_SCOPES: SCOPES,
        OIDC_ROLES: 'admin=it; reviewer=support',
        ...more,
      })
      return { oidc, publicUrl }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function providerOf(issuer: string, accounts: Accounts, redirect: string): Provider {
  return new Provider(issuer, {
    clients: [{ ...CLIENT, redirect_uris: [redirect] }],
    cookies: { keys: ['a key of the tests'] },
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['preferred_username'] },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/login/${uid}` },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
    // Nobody is asked for consent.
    async loadExistingGrant({ oidc }: { oidc: { provider: Provider; session: { accountId: string } } }) {
      const { accountId } = oidc.session
      const grant = new oidc.provider.Grant({ clientId: CLIENT.client_id, accountId })
      grant.addOIDCScope(SCOPES)
      await grant.save()
      return grant
    },
  })
}

async function logIn(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  if (request.method === 'GET') {
    response.setHeader('Content-Type', 'text/html')
    return response.end(
      '<!doctype html><html lang="en"><title>Company</title><form method="post"><label>Account <input name="account"></label><button>Log in</button></form></html>',
    )
  }
  const account = new URLSearchParams(await text(request)).get('account')
  const result = account
    ? { login: { accountId: account } }
    : { error: 'access_denied', error_description: 'cancelled' }
  await provider.interactionFinished(request, response, result)
}
