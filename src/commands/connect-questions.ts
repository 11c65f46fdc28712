/** The questions of `pointsman connect`: what an adapter needs is asked as its schemas say. */
import type { z } from 'zod'
import { type AdapterForm, ConnectionInput, formOf, ProposeInput } from '../connections/index.ts'
import { type Connector, type Connectors, connectorOf } from '../contract/index.ts'
import { Rejected } from '../errors.ts'
import type { Prompt } from './prompt.ts'

export async function askConnection(prompt: Prompt, connectors: Connectors): Promise<ProposeInput> {
  const kind = await prompt.choose('Which helpdesk', Object.keys(connectors))
  const connector = connectorOf(connectors, kind)
  const baseUrl = await prompt.ask('Its address, such as https://acme.example.com', {
    check: faultOf(ConnectionInput.shape.baseUrl),
  })
  const form = formOf(connector)
  const settings = await askSettings(prompt, form)
  const credentials = await askCredentials(prompt, connector)
  const filters = await askPlaces(prompt, form)
  return checkInput({ kind, baseUrl, settings, credentials, filters })
}

/** Throws Rejected 422 that lists every fault. */
export function checkInput(input: unknown): ProposeInput {
  const parsed = ProposeInput.safeParse(input)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  throw new Rejected(422, `The connection is not complete: ${faults.map((f) => `${f.path} ${f.message}`).join('; ')}`, {
    next: 'Give kind, baseUrl and credentials, and perhaps filters and settings; no mapping, mode or secrets.',
    faults,
  })
}

async function askSettings(prompt: Prompt, { settings }: AdapterForm): Promise<Record<string, string>> {
  const asked: Record<string, string> = {}
  for (const { name, choices, default: usual } of settings)
    asked[name] = await prompt.choose(words(name), choices, usual)
  return asked
}

async function askCredentials(prompt: Prompt, connector: Connector): Promise<ProposeInput['credentials']> {
  const { credentials } = formOf(connector)
  const kinds = credentials.map(({ kind }) => kind)
  const kind = await prompt.choose('Which credentials', kinds, kinds[0])
  const given: Record<string, string> & { kind: string } = { kind }
  const schema = connector.credentials.options.find(({ shape }) => shape.kind.value === kind)!
  for (const { name, secret, optional } of credentials.find((one) => one.kind === kind)!.parts) {
    if (optional) continue
    given[name] = secret
      ? await prompt.secret(words(name))
      : await prompt.ask(words(name), { check: faultOf(schema.shape[name as 'kind']) })
  }
  return given
}

async function askPlaces(prompt: Prompt, { places }: AdapterForm): Promise<Record<string, string[]>> {
  if (places === null) return {}
  const answer = await prompt.ask(`Only these ${places}, separated by commas`, { fallback: 'all' })
  const listed = answer.split(',').map((one) => one.trim())
  return answer === 'all' ? {} : { [places]: listed.filter(Boolean) }
}

export const faultOf = (schema: z.ZodType) => (answer: unknown) => {
  const parsed = schema.safeParse(answer)
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? 'This is not valid.')
}

/** `apiToken` -> `API token`, `clientId` -> `client id`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/\bapi\b/, 'API')
}
