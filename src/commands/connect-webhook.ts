/** The webhook of a new connection, in a terminal. */
import {
  alterConnection,
  ConnectionInput,
  makeWebhook,
  newWebhookSecret,
  type SaveNeeds,
  webhookUrl,
} from '../connections/index.ts'
import { type Connection, connectorOf } from '../contract/index.ts'
import { TriageError } from '../errors.ts'
import { faultOf } from './connect-questions.ts'
import type { Prompt } from './prompt.ts'

export type ConnectNeeds = SaveNeeds & { config: { publicUrl: string | null } }

/** By the API where the helpdesk allows it; else by hand, with what to enter. */
export async function setWebhook(deps: ConnectNeeds, prompt: Prompt, { name, kind }: Connection) {
  const { publicUrl } = deps.config
  const { webhook } = connectorOf(deps.connectors, kind)
  if (publicUrl !== null && webhook && (await prompt.confirm(`Make the webhook in ${kind} now`, true))) {
    try {
      const { url } = await makeWebhook(deps, name, publicUrl, 'cli')
      return prompt.say(`The webhook to ${url} is made.`)
    } catch (error) {
      if (!(error instanceof TriageError)) throw error
      prompt.say(`  ! ${error.message} ${error.next}`)
    }
  }
  const ours = webhook?.secretFrom !== 'helpdesk'
  const secret = ours ? await newWebhookSecret(deps, name, 'cli') : 'copy it from there'
  const url = webhookUrl(publicUrl ?? '<PUBLIC_URL>', name)
  prompt.say(`Make the webhook by hand${webhook ? `, in ${webhook.byHand.where}` : ''}:`)
  for (const field of webhook?.byHand.fields ?? BY_HAND)
    prompt.say(`  ${field.name}: ${field.value.replace('{url}', url).replace('{secret}', secret)}`)
  if (ours) return prompt.say('The secret is shown only now.')
  const secretsOf = (given: string) => [{ kind: 'signature' as const, secret: given }]
  const given = await prompt.secret('Its signing secret; empty: PATCH the connection with it later', {
    optional: true,
    check: (answer) => faultOf(ConnectionInput.shape.secrets)(secretsOf(answer)),
  })
  if (given !== '') await alterConnection(deps, name, { secrets: secretsOf(given) }, { check: true, actor: 'cli' })
}

const BY_HAND = [
  { name: 'URL', value: '{url}' },
  { name: 'Secret', value: '{secret}' },
]
