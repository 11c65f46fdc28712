/** Which account each person of the routing map is, and whom tickets get without anybody's choice. Pure. */
import { fold, type Metadata } from '../../contract/index.ts'
import { shownTickets } from './shown.ts'
import type { Evidence, Proposal } from './types.ts'
import { ENOUGH, usageOf } from './usage.ts'

type Account = Metadata['people'][number]

/** Not an account: omnichannel routing may choose any of them. */
const ANYBODY = '*'

export function proposePeople({ names, metadata }: Evidence): Proposal[] {
  const anybody = metadata.givenTo.find(({ kind, id }) => kind === 'assignee' && id === ANYBODY)
  const warnings = anybody
    ? [`An assignee would often be taken back: ${anybody.why}. Let the routing map name the group alone.`]
    : []
  return names.people.map((name) => {
    const proposal = personProposal(name, metadata)
    if (!anybody || proposal.confidence !== 'propose') return proposal
    return { ...proposal, confidence: 'ask', warnings }
  })
}

function personProposal(name: string, metadata: Metadata): Proposal {
  const can = metadata.people.filter(
    (one) => one.active && !one.problem && !isInNoGroup(one, metadata) && one.id !== metadata.self.id,
  )
  const byMail = can.filter(({ email }) => email !== undefined && email.toLowerCase() === name.trim().toLowerCase())
  const same = byMail.length > 0 ? byMail : can.filter((one) => fold(one.name) === fold(name))
  const shared = { of: 'person' as const, path: `people.${name}`, gaps: [], warnings: [], tickets: [] }
  const [only] = same
  if (only && same.length === 1) {
    const reason = byMail.length > 0 ? 'the account with this e-mail address' : 'the only agent with this name'
    return { ...shared, target: label(only), adds: { people: { [name]: only.id } }, confidence: 'propose', reason }
  }
  if (only) {
    const reason = `several agents have this name: ${same.map((one) => `${label(one)}, account ${one.id}`).join('; ')}`
    return { ...shared, target: null, adds: null, confidence: 'ask', reason }
  }
  return { ...shared, target: null, adds: null, confidence: 'no', reason: whyNobody(name, metadata) }
}

/** A helpdesk with groups of its own gives a person only the tickets of theirs. */
export function isInNoGroup({ groups }: Account, metadata: Metadata): boolean {
  return metadata.groups.length > 0 && metadata.peopleComplete && groups.length === 0
}

function whyNobody(name: string, metadata: Metadata): string {
  const { people, peopleComplete, self } = metadata
  const other = people.find((one) => fold(one.name) === fold(name))
  if (other?.id === self.id) return 'this is our own account'
  if (other?.problem) return `the account of this name ${other.problem.message}`
  if (other?.active && isInNoGroup(other, metadata)) return 'the agent of this name is in no group'
  if (other) return 'the account of this name is not active'
  return peopleComplete
    ? 'no agent has this name'
    : 'no agent of those that could be read has this name: name the account id by hand'
}

const label = ({ name, email }: Account) => (email ? `${name} <${email}>` : name)

/** Default assignees: without them in `blank`, such tickets would never get our assignee. */
export function proposeBlankAssignee({ names, metadata, samples }: Evidence): Proposal[] {
  const given = metadata.givenTo.filter(({ kind, id }) => kind === 'assignee' && id !== ANYBODY)
  const usage = usageOf(samples, 'assignee')
  const born = samples.filter(({ fields }) => fields.assignee && fields.assignee.birth.length > 0).length
  const unchosen = usage?.unchosen ?? []
  const ids = [...new Set([...given.map(({ id }) => id), ...unchosen])]
  if (ids.length === 0) return []
  const known = new Map([...metadata.people, ...given].map(({ id, name }) => [id, name]))
  // What the settings say and the tickets show: a lead who also takes tickets by choice stays a question.
  const isSeen = usage !== null && usage.tickets >= ENOUGH && ids.every((id) => unchosen.includes(id))
  const labels = Object.fromEntries(known)
  const why = [
    ...given.map((one) => `${one.name}: ${one.why}`),
    ...(usage && born > 0 ? [`${born} of ${usage.tickets} solved tickets had an assignee when they were new`] : []),
  ]
  const target = { to: 'field' as const, id: 'assignee', type: 'user', values: {}, blank: ids }
  return [
    {
      of: 'blank',
      path: 'assignee.blank',
      target: ids.map((id) => labels[id] ?? id).join(', '),
      adds: { assignee: { blank: ids } },
      confidence: isSeen ? 'propose' : 'ask',
      reason: why.join('; '),
      gaps: [],
      warnings:
        names.people.length > 0 ? ['Unless these count as nobody, tickets that have them never get our assignee.'] : [],
      tickets: shownTickets(samples, { target, keys: ['assignee'], labels }),
    },
  ]
}
