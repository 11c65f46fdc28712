/** The questions of `pointsman connect`: what an adapter needs is asked as its schemas say. */
import { z } from 'zod'
import { ConnectionInput, ProposeInput } from '../connections/index.ts'
import { type Connector, type Connectors, connectorOf } from '../contract/index.ts'
import { Rejected } from '../errors.ts'
import type { Prompt } from './prompt.ts'

export async function askConnection(prompt: Prompt, connectors: Connectors): Promise<ProposeInput> {
  const kind = await prompt.choose('Which helpdesk', Object.keys(connectors))
  const connector = connectorOf(connectors, kind)
  const baseUrl = await prompt.ask('Its address, such as https://acme.example.com', {
    check: faultOf(ConnectionInput.shape.baseUrl),
  })
  const settings = await askSettings(prompt, connector)
  const credentials = await askCredentials(prompt, connector)
  const filters = await askPlaces(prompt, connector)
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

/** Settings with a short list of choices, such as the edition. Others have a default and can be changed later. */
async function askSettings(prompt: Prompt, { settings }: Connector): Promise<Record<string, string>> {
  const asked: Record<string, string> = {}
  for (const [name, part] of Object.entries(settings.shape)) {
    if (!(part instanceof z.ZodDefault) || !(part.unwrap() instanceof z.ZodEnum)) continue
    const choices = (part.unwrap() as z.ZodEnum).options.map(String)
    asked[name] = await prompt.choose(words(name), choices, String(part.def.defaultValue))
  }
  return asked
}

async function askCredentials(prompt: Prompt, { credentials }: Connector): Promise<ProposeInput['credentials']> {
  const kinds = credentials.options.map(({ shape }) => shape.kind.value)
  const kind = await prompt.choose('Which credentials', kinds, kinds[0])
  const { shape } = credentials.options.find((one) => one.shape.kind.value === kind)!
  const given: Record<string, string> & { kind: string } = { kind }
  for (const [name, part] of Object.entries(shape)) {
    const schema = part as z.ZodType
    if (name === 'kind' || schema.isOptional()) continue
    given[name] = /token|secret|password/i.test(name)
      ? await prompt.secret(words(name))
      : await prompt.ask(words(name), { check: faultOf(schema) })
  }
  return given
}

async function askPlaces(prompt: Prompt, { filters }: Connector): Promise<Record<string, string[]>> {
  const [name] = Object.keys(filters).filter((one) => ['project', 'form'].includes(filters[one]!.place))
  if (name === undefined) return {}
  const answer = await prompt.ask(`Only these ${name}, separated by commas`, { fallback: 'all' })
  const listed = answer.split(',').map((one) => one.trim())
  return answer === 'all' ? {} : { [name]: listed.filter(Boolean) }
}

export const faultOf = (schema: z.ZodType) => (answer: unknown) => {
  const parsed = schema.safeParse(answer)
  return parsed.success ? null : (parsed.error.issues[0]?.message ?? 'This is not valid.')
}

/** `apiToken` -> `API token`, `clientId` -> `client id`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/\bapi\b/, 'API')
}
