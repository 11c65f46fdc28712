/** The webhook in the helpdesk: made by its API, or by a person with a secret that is shown once. */
import { type Connection, connectorOf, type WebhookSecret } from '../contract/index.ts'
import { recordAudit } from '../db/index.ts'
import { HelpdeskError, Rejected } from '../errors.ts'
import { randomSecret } from '../secrets.ts'
import { findConnection } from './find.ts'
import type { SaveNeeds } from './save.ts'
import { changeConnection } from './store.ts'

/** As many as a connection may have. */
const MOST = 4

/** Where the helpdesk sends its events. `base`: the address of this service, as the helpdesk reaches it. */
export const webhookUrl = (base: string, name: string) => `${base.replace(/\/+$/, '')}/webhooks/${name}`

/**
 * Makes the helpdesk send its events to us; a webhook that is there already is used again. Throws Rejected 422 where the
 * adapter has no such call, or our account may not.
 */
export async function makeWebhook(
  deps: SaveNeeds,
  name: string,
  base: string,
  actor: string,
): Promise<{ id: string; url: string }> {
  const needs = { db: deps.database.db, vault: deps.vault }
  const connection = await findConnection(needs, name)
  const { webhook } = connectorOf(deps.connectors, connection.kind)
  if (!webhook)
    throw new Rejected(422, `A webhook of ${connection.kind} is made by hand`, { next: 'Make it in the helpdesk.' })
  const url = webhookUrl(base, connection.name)
  const own = signatureOf(connection) ?? (await newWebhookSecret(deps, name, actor))
  const made = await deps.helpdesks
    .call(connection.id, (_, current) => webhook.make(current, { url, secret: own }))
    .catch(asRefusal)
  await deps.database.db.transaction(async (tx) => {
    // Until it is stored, deliveries with it are refused: so it is the next thing that is done.
    await changeConnection({ ...needs, db: tx }, name, (now) => withSecret(now, made.secret), connection.selfId, actor)
    const after = { webhook: made.id, url }
    await recordAudit(tx, { actor, action: 'connection.webhook', subject: `connection ${name}`, after })
  })
  return { id: made.id, url }
}

/** Makes another secret that deliveries may be signed with, beside those of now, and answers it: it cannot be read later. */
export async function newWebhookSecret(deps: SaveNeeds, name: string, actor: string): Promise<string> {
  const needs = { db: deps.database.db, vault: deps.vault }
  const secret = randomSecret('hex')
  const { selfId } = await findConnection(needs, name)
  await changeConnection(needs, name, (now) => withSecret(now, secret), selfId, actor)
  return secret
}

const signatureOf = ({ secrets }: Connection) => secrets.find(({ kind }) => kind === 'signature')?.secret

/** The newest first; the oldest makes room. */
function withSecret({ secrets }: Connection, secret: string): { secrets?: WebhookSecret[] } {
  if (secrets.some((one) => one.secret === secret)) return {}
  return { secrets: [{ kind: 'signature' as const, secret }, ...secrets].slice(0, MOST) }
}

// A right that is missing is no failure of the helpdesk: the answer says what a person can do.
function asRefusal(error: unknown): never {
  if (!(error instanceof HelpdeskError) || error.fault !== 'forbidden') throw error
  throw new Rejected(422, error.message, { next: error.next, cause: error })
}
