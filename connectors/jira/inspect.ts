/** What this Jira offers, and what our account may do. Read when a connection is tested, not for each ticket. */
import type { Connection, Metadata, Mode } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { ComponentAnswer } from './answers.ts'
import type { Api } from './api.ts'
import { type Ask, openAsk } from './ask.ts'
import { settingsOf } from './connection.ts'
import { fieldsOf, prioritiesOf } from './inspect-fields.ts'
import { peopleOf } from './inspect-people.ts'
import { lackingRights, notEditable, unreadOf, unreadScreens } from './inspect-words.ts'
import { openApi } from './open.ts'
import { personId } from './people.ts'
import { screensOf } from './screens.ts'

const PROJECTS = 20

type Progress = (done: number, all: number) => void

export async function inspect(connection: Connection, onProgress?: Progress): Promise<Metadata> {
  const api = await openApi(connection)
  const ask = openAsk(onProgress)
  const self = await whoAmI(api, ask)
  const { projects, unread } = await projectsOf(api, ask, connection)
  const missing = projects.length > 0 ? [] : [{ what: 'a project', next: 'Give our Jira account Browse Projects.' }]
  const types = connection.filters.issueTypes ?? []
  const [rights, screens, fields, priorities, components, people, details] = await Promise.all([
    missingRights(api, ask, connection, projects),
    Promise.all(projects.map((project) => screensOf(api, ask, project, types))),
    ask.now(() => api.fields()),
    ask.now(() => api.priorities()),
    Promise.all(projects.map(async (key) => ({ key, list: await ask.orNull(() => api.components(key)) }))),
    peopleOf(api, ask, connection, projects),
    Promise.all(projects.map(async (key) => ({ key, answer: await ask.orNull(() => api.project(key)) }))),
  ])
  const known = await fieldsOf(api, ask, settingsOf(connection).edition, fields, screens)
  const ranked = prioritiesOf(priorities, screens)
  const given = givenTo(details, components)
  return {
    self,
    places: details.map(({ key, answer }) => ({ id: key, name: answer?.name ?? key })),
    fields: known.fields,
    priorities: ranked.priorities,
    components: components.flatMap(({ key, list }) => (list ?? []).map((one) => componentOf(one, key))),
    groups: [],
    people: people.people,
    peopleComplete: people.peopleComplete,
    givenTo: given.givenTo,
    unread: [
      ...unread,
      ...unreadScreens(screens),
      ...known.unread,
      ...ranked.unread,
      ...people.unread,
      ...given.unread,
    ],
    missing: [...missing, ...rights, ...notEditable(connection, screens, known.fields)],
  }
}

async function whoAmI(api: Api, ask: Ask): Promise<Metadata['self']> {
  const me = await ask.now(() => api.myself())
  const id = personId(me)
  if (!me || id === null)
    throw new HelpdeskError('auth', 'Jira does not say which account this is.', { next: 'Check the credentials.' })
  return { id, name: me.displayName ?? id, ...(me.emailAddress ? { email: me.emailAddress } : {}) }
}

async function projectsOf(
  api: Api,
  ask: Ask,
  { filters }: Connection,
): Promise<{ projects: string[]; unread: string[] }> {
  const { projects: filtered = [] } = filters
  const { keys, total } =
    filtered.length > 0 ? { keys: filtered, total: filtered.length } : await ask.now(() => api.projects(PROJECTS))
  const projects = keys.slice(0, PROJECTS)
  if (total <= projects.length) return { projects, unread: [] }
  const which = `Only ${projects.length} of ${total} projects were read: ${projects.join(', ')}.`
  return { projects, unread: [`${which} Name the projects in the filters, ${PROJECTS} at most for each connection.`] }
}

const NEEDED: Record<Mode, string[]> = {
  observe: ['BROWSE_PROJECTS'],
  suggest: ['BROWSE_PROJECTS', 'ADD_COMMENTS', 'DELETE_OWN_COMMENTS'],
  automate: ['BROWSE_PROJECTS', 'ADD_COMMENTS', 'DELETE_OWN_COMMENTS', 'EDIT_ISSUES', 'ASSIGN_ISSUES'],
}

async function missingRights(
  api: Api,
  ask: Ask,
  connection: Connection,
  projects: string[],
): Promise<Metadata['missing']> {
  const needed = [...NEEDED[connection.mode], ...(settingsOf(connection).quiet ? ['ADMINISTER_PROJECTS'] : [])]
  const lists = await Promise.all(
    projects.map(async (project) => ({ project, granted: await ask.now(() => api.granted(project, needed)) })),
  )
  return lackingRights(needed, lists)
}

type Components = { key: string; list: ComponentAnswer[] | null }[]

function componentOf(one: ComponentAnswer, project: string): Metadata['components'][number] {
  const id = one.id ?? ''
  return { id, name: one.name ?? id, project, active: one.archived !== true, assignee: personId(assigneeOf(one)) }
}

/** The person to whom new issues with this component go by themselves. */
function assigneeOf({ assigneeType, realAssignee, assignee, lead }: ComponentAnswer) {
  if (assigneeType !== 'COMPONENT_LEAD') return null
  return realAssignee ?? assignee ?? lead
}

type Details = { key: string; answer: Awaited<ReturnType<Api['project']>> | null }[]

function givenTo(details: Details, components: Components): Pick<Metadata, 'givenTo' | 'unread'> {
  const found = new Map<string, Metadata['givenTo'][number]>()
  const add = (person: Parameters<typeof personId>[0], why: string, every?: true) => {
    const id = personId(person)
    if (id && !found.has(id))
      found.set(id, { kind: 'assignee', id, name: person?.displayName ?? id, why, ...(every && { every }) })
  }
  for (const { key, answer } of details) {
    if (answer?.assigneeType === 'PROJECT_LEAD') add(answer.lead, `the lead of ${key}, whom its new tickets get`, true)
  }
  for (const { key, list } of components) {
    for (const one of list ?? []) {
      if (one.archived !== true)
        add(assigneeOf(one), `the lead of the component ${one.name} in ${key}, whom its tickets get`)
    }
  }
  const unread = [
    ...unreadOf('The default assignee', details),
    ...unreadOf(
      'The components',
      components.map(({ key, list }) => ({ key, answer: list })),
    ),
  ]
  return { givenTo: [...found.values()], unread }
}
