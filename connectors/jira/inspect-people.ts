/** The people to whom issues can be assigned. */
import type { Connection, Metadata } from '../../src/contract/index.ts'
import { someOf } from '../words.ts'
import type { Api } from './api.ts'
import type { Ask } from './ask.ts'
import type { Person } from './payload.ts'
import { personId } from './people.ts'

type People = Metadata['people']

export async function peopleOf(
  api: Api,
  ask: Ask,
  { mapping }: Connection,
  projects: string[],
): Promise<Pick<Metadata, 'people' | 'peopleComplete' | 'unread'>> {
  const lists = await Promise.all(projects.map((project) => ask.orNull(() => api.assignable(project))))
  const more = await ask.orNull(() => api.beyondList())
  const complete = more === false && lists.every((list) => list !== null)
  const people = new Map<string, People[number]>()
  for (const person of lists.flatMap((list) => list ?? [])) {
    const id = personId(person)
    if (id) people.set(id, shown(id, person))
  }
  const named = [...new Set(Object.values(mapping.people))]
  const exact = await Promise.all(named.map((id) => oneByOne(api, ask, id, projects, lists)))
  for (const { id, person } of exact) if (person) people.set(id, { ...people.get(id), ...person })
  const unread = complete
    ? []
    : [
        'The people beyond those in the list: Jira searches only its first thousand users. People of the mapping were asked for one by one.',
      ]
  return { people: [...people.values()], peopleComplete: complete, unread: [...unread, ...unsure(exact)] }
}

function shown(id: string, person: Person): People[number] {
  const name = person.displayName ?? id
  return {
    id,
    name,
    ...(person.emailAddress ? { email: person.emailAddress } : {}),
    active: person.active !== false,
    groups: [],
    ...problemOf(person, id, name),
  }
}

/** An account of the customer portal can be listed beside the agent's of the same name. */
function problemOf({ accountType }: Person, id: string, name: string): Pick<People[number], 'problem'> {
  const problem = {
    message: `${name} (${id}) is an account of the customer portal, which cannot take tickets.`,
    next: `Choose the agent's account of ${name}.`,
  }
  return accountType === 'customer' || id.startsWith('qm:') ? { problem } : {}
}

type Exact = { id: string; person: People[number] | null; unsure: boolean }

/** Whether each project lets this person be assigned. Those that its list has already need no question. */
async function oneByOne(
  api: Api,
  ask: Ask,
  id: string,
  projects: string[],
  lists: (Person[] | null)[],
): Promise<Exact> {
  const open = projects.filter((_, n) => !lists[n]?.some((person) => personId(person) === id))
  const answers = await Promise.all(
    open.map(async (project) => ({ project, found: await ask.orNull(() => api.assignableOne(project, id)) })),
  )
  const has = (found: Person[] | null) => found?.find((person) => personId(person) === id)
  // An answer with others only ignored the question.
  const lacking = answers.filter(({ found }) => found !== null && found.length === 0).map(({ project }) => project)
  const unsure = answers.some(({ found }) => !has(found) && found?.length !== 0)
  const found = answers.map((answer) => has(answer.found)).find((person) => person !== undefined)
  if (lacking.length === 0) return { id, person: found ? shown(id, found) : null, unsure }
  const account = await ask.orNull(() => api.account(id))
  return { id, person: unassignable(id, account ?? null, lacking), unsure: false }
}

function unassignable(id: string, account: Person | null, projects: string[]): People[number] {
  const where = someOf(projects)
  if (!account) {
    const problem = {
      message: `Jira has no account ${id} that can be assigned in ${where}.`,
      next: 'Choose the account again: it was deleted, or its id is of another site.',
    }
    return { id, name: id, active: false, groups: [], problem }
  }
  const person = shown(id, account)
  if (person.problem) return person
  const message = person.active
    ? `${person.name} cannot be assigned issues in ${where}.`
    : `The account of ${person.name} is deactivated.`
  const next = person.active
    ? `Give ${person.name} the Assignable User permission in ${where}, and in a service project an agent's licence.`
    : 'Choose another person, or activate the account.'
  return { ...person, problem: { message, next } }
}

function unsure(exact: Exact[]): string[] {
  const ids = exact.filter((one) => one.unsure && !one.person).map(({ id }) => id)
  return ids.length > 0
    ? [`Whether these people can be assigned: ${someOf(ids)}. Jira did not answer the question for one person.`]
    : []
}
