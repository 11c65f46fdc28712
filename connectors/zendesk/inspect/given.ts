/** Groups and agents that new tickets get without anybody's choice. */
import { z } from 'zod'
import type { Metadata } from '../../../src/contract/index.ts'
import { readId, readText } from '../json.ts'
import { parsed } from '../parsed.ts'
import { TriggerResource } from '../payload.ts'
import type { Groups } from './fields.ts'
import { orUnread, type Reading, readList } from './reading.ts'

type Given = Metadata['givenTo']

/** Omnichannel routing takes the tickets that have this tag. */
const OMNICHANNEL_TAG = 'auto_routing'

export async function readGiven(reading: Reading, groups: Groups, people: Metadata['people']): Promise<Given> {
  const [triggers, tagged] = await Promise.all([
    orUnread(
      reading,
      'triggers (which group and assignee new tickets get)',
      readList(reading, 'triggers/active', 'triggers', TriggerResource),
    ),
    orUnread(reading, `whether the tag ${OMNICHANNEL_TAG} is in use`, countTagged(reading)),
  ])
  const found = [
    ...groups.filter((group) => group.default).map(({ id }) => one('group', id, 'it is the default group')),
    ...(triggers?.items ?? []).flatMap(givenBy),
  ]
  const name = ({ kind, id }: Given[number]) => [...(kind === 'group' ? groups : people)].find((o) => o.id === id)?.name
  const omnichannel = {
    kind: 'assignee' as const,
    id: ANYBODY,
    name: 'any agent',
    why: `omnichannel routing is on: tickets have the tag ${OMNICHANNEL_TAG}`,
  }
  const isRouted = (tagged ?? 0) > 0 || (triggers?.items ?? []).some(startsOmnichannel)
  return [...found.map((given) => ({ ...given, name: name(given) ?? given.id })), ...(isRouted ? [omnichannel] : [])]
}

/** Not an account: omnichannel routing may choose each of them. */
const ANYBODY = '*'

async function countTagged({ api, lane }: Reading): Promise<number> {
  const answer = await lane(() => api.library.search.showResultsCount(`type:ticket tags:${OMNICHANNEL_TAG}`))
  return parsed(z.object({ count: z.number() }), (answer as { result?: unknown }).result, 'search/count').count
}

function givenBy({ title, active, conditions, actions }: TriggerResource): Given {
  const onUpdateOnly = conditions.all.some(({ field, value }) => field === 'update_type' && value === 'Change')
  if (active === false || onUpdateOnly) return []
  return actions.flatMap(({ field, value }): Given => {
    const id = readId(value)
    // Words such as current_user stand for no fixed account.
    if (!id || (field !== 'group_id' && field !== 'assignee_id')) return []
    const given = one(field === 'group_id' ? 'group' : 'assignee', id, `the trigger "${title ?? ''}" sets it`)
    return [isForAll(conditions) ? { ...given, every: true } : given]
  })
}

/** Fields of conditions that every new ticket fulfils. A trigger with any other condition may be meant. */
const OF_NEW_TICKETS = ['update_type', 'status']

function isForAll({ all, any }: TriggerResource['conditions']): boolean {
  return any.length === 0 && all.every(({ field }) => OF_NEW_TICKETS.includes(field ?? ''))
}

function startsOmnichannel({ active, actions }: TriggerResource): boolean {
  const adds = ['set_tags', 'current_tags']
  return (
    active !== false &&
    actions.some(
      ({ field, value }) =>
        adds.includes(field ?? '') && (readText(value) ?? '').split(/[\s,]+/).includes(OMNICHANNEL_TAG),
    )
  )
}

function one(kind: Given[number]['kind'], id: string, why: string): Given[number] {
  return { kind, id, name: id, why }
}
