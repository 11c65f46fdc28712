/** Customers who write, and agents who change what they see, before, while and after we write. */
import { loadUnseen } from '../../src/demo/tickets.ts'
import { type Fleet, pause } from '../support/fleet.ts'
import type { Chance, Tally } from './chance.ts'
import type { Vendor } from './faulty-desk.ts'
import type { Post } from './post.ts'

const CUSTOMERS = 3
const MOST_UNSENT = 20
/** A run with many tickets only takes longer to come to its end. */
const MOST_TICKETS = 1_500

/** Writes and edits until `until` is over. Customers wait while many webhooks do, so that a slow machine keeps up. */
export async function people(
  { fleet, post }: { fleet: Fleet; post: Pick<Post, 'open'> },
  until: AbortSignal,
  chance: Chance,
  tally: Tally,
): Promise<void> {
  const texts = await loadUnseen()
  const acts = new Set<Promise<void>>()
  let created = 0
  const customer = async () => {
    while (!until.aborted && created < MOST_TICKETS) {
      if (post.open() > MOST_UNSENT) {
        await pause(100)
        continue
      }
      const { subject, text } = texts[created % texts.length]!
      const vendor = created % 2 === 0 ? 'jira' : 'zendesk'
      const { id } = await fleet[vendor].create({ subject: `${subject} (${++created})`, body: text })
      tally.add('ticket')
      const act = agent(fleet, vendor, id, chance, tally).finally(() => acts.delete(act))
      acts.add(act)
      await pause(chance.between(100, 900))
    }
  }
  await Promise.all(Array.from({ length: CUSTOMERS }, customer))
  await Promise.all(acts)
}

/** What happens to one ticket: mostly nothing, else one or two edits by a person, a comment, or the end. */
async function agent(fleet: Fleet, vendor: Vendor, id: string, chance: Chance, tally: Tally): Promise<void> {
  const desk = fleet[vendor]
  while (chance.happens(0.4)) {
    await pause(chance.between(0, 3_000))
    const by = chance.pick(desk.agents).id
    const act = chance.pick(['edit', 'edit', 'edit', 'comment', 'resolve'] as const)
    tally.add(`agent: ${act}`)
    if (act === 'edit') await desk.edit(id, fieldOf(fleet, vendor, chance), by)
    else if (act === 'comment') await desk.comment(id, 'I look at it.', { by, public: false })
    else return desk.resolve(id, by)
  }
}

/** One field with a value, as the vendor spells it. */
function fieldOf({ mappings }: Fleet, vendor: Vendor, chance: Chance): Record<string, unknown> {
  const { fields, people } = mappings[vendor]
  const field = chance.pick(['service', 'priority', 'assignee'])
  const spelled = (id: string) => (vendor === 'jira' ? { id } : id)
  if (field === 'assignee') {
    const person = chance.pick(Object.values(people))
    return vendor === 'jira' ? { assignee: { accountId: person } } : { assignee_id: person }
  }
  const target = fields[field]!
  if (target.to === 'all' || target.to === 'label') throw new Error(`${field} has a place of its own in the sandboxes`)
  const name = target.to === 'field' ? target.id : target.to
  return { [name]: spelled(chance.pick(Object.values(target.values)) as string) }
}
