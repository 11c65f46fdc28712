import type { Connection } from '../contract/index.ts'

/** A connection as people may see it: without credentials and secrets. */
export function redact(connection: Connection) {
  const { credentials, secrets, ...rest } = connection
  return {
    ...rest,
    credentials: {
      kind: credentials.kind,
      ...(typeof credentials.email === 'string' ? { email: credentials.email } : {}),
    },
    secrets: secrets.map((secret) => ({
      kind: secret.kind,
      ...(secret.kind === 'token' ? { header: secret.header } : {}),
    })),
  }
}
