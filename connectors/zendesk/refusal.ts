/** A refused update in our words: which of our fields Zendesk refuses, so that the rest can be written without them. */
import { z } from 'zod'
import type { Connection, FreshTicket, Write } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { Api } from './client.ts'
import { requirements } from './conditions.ts'
import type { Stamp } from './fetch.ts'
import { isId } from './json.ts'
import { hasNativeGroup, places } from './mapping.ts'
import { FormResource } from './payload.ts'
import { placedOf } from './update.ts'

type Needs = { api: Api; connection: Connection; base: FreshTicket; write: Write }

/**
 * Zendesk names its own fields (`assignee`, `ticket_field_id` 9011). A field that is not ours may be required by a value
 * that we write: then ours is the one that is refused. The ticket's form tells, and is read only now.
 */
export async function inOurWords(error: unknown, needs: Needs): Promise<unknown> {
  if (!(error instanceof HelpdeskError) || error.fault !== 'invalid' || error.status === undefined) return error
  const ours: Record<string, string> = {}
  const others: string[] = []
  for (const [name, words] of Object.entries(error.fields)) {
    const fields = ourFields(needs, name)
    if (fields.length === 0) others.push(isId(name) ? `${words} (field ${name})` : words)
    const causes = fields.length > 0 ? fields : await causesOf(needs, name)
    for (const field of causes.length > 0 ? causes : [name]) ours[field] = words
  }
  const { message, status, cause } = error
  const next = others.length > 0 ? demands(others.join(', ')) : error.next
  return new HelpdeskError('invalid', message, { next, status, fields: ours, cause })
}

function demands(others: string): string {
  return `Zendesk demands something that this connection does not write: ${others}. Require it only when a ticket is solved, let a trigger fill it in, or map a field to it.`
}

function ourFields({ connection: { mapping }, write }: Needs, name: string): string[] {
  const isSet = (field: string) => Object.hasOwn(write.set, field)
  // With a group alone we send the present assignee, whom Zendesk may refuse there: then the group is what is refused.
  if (/^assignee(_id)?$/.test(name)) return ['assignee', 'group'].filter(isSet).slice(0, 1)
  if (/^group(_id)?$/.test(name) && hasNativeGroup(mapping)) return ['group'].filter(isSet)
  return places(mapping)
    .filter(({ field, part }) => isSet(field) && (part.to === 'field' ? part.id === name : part.to === name))
    .map(({ field }) => field)
}

async function causesOf({ api, connection: { mapping }, base, write }: Needs, child: string): Promise<string[]> {
  const { form } = base.stamp as Stamp
  if (!form || !isId(child)) return []
  const read = await api.get(`ticket_forms/${form}`).catch((error: unknown) => {
    // Not every account has forms, and not every role may read them: the refusal is then told as it came.
    if (error instanceof HelpdeskError) return null
    throw error
  })
  const found = z.object({ ticket_form: FormResource }).safeParse(read)
  if (!found.success) return []
  const causes = requirements(found.data.ticket_form).filter((one) => one.child === child)
  return placedOf(mapping, write).flatMap(({ field, part, raw }) =>
    part.to === 'field' && causes.some((one) => one.parent === part.id && one.value === raw) ? [field] : [],
  )
}
