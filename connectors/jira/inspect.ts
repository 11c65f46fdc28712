/** What this Jira offers. Read when a connection is tested, not for each ticket. */

import type { Connection, Metadata, Mode } from '../../src/contract/index.ts'
import { HelpdeskError } from '../../src/errors.ts'
import type { ScreenFields } from './answers.ts'
import { type Api, quoted } from './api.ts'
import { settingsOf } from './connection.ts'
import { placesOf, vendorField } from './mapping.ts'
import { openApi } from './open.ts'
import { personId } from './people.ts'

const PROJECTS = 20
const ISSUE_TYPES = 15
// Jira searches the first thousand users only.
const PEOPLE = 1000

export async function inspect(connection: Connection): Promise<Metadata> {
  const api = await openApi(connection)
  const me = await api.myself()
  const id = personId(me)
  if (!me || id === null)
    throw new HelpdeskError('auth', 'Jira does not say which account this is.', { next: 'Check the credentials.' })
  const missing: Metadata['missing'] = []
  const { projects: filtered = [] } = connection.filters
  const projects = (filtered.length > 0 ? filtered : await api.projects()).slice(0, PROJECTS)
  if (projects.length === 0) missing.push({ what: 'a project', next: 'Give our Jira account Browse Projects.' })
  missing.push(...(await missingRights(api, connection, projects)))
  const screens = await screensOf(api, projects)
  missing.push(...notEditable(connection, screens))
  return {
    self: { id, name: me.displayName ?? id, ...(me.emailAddress ? { email: me.emailAddress } : {}) },
    fields: await fieldsOf(api, screens),
    priorities: (await api.priorities()).map((one) => ({ ...named(one), isDefault: one.isDefault === true })),
    components: await componentsOf(api, projects),
    groups: [],
    people: await peopleOf(api, projects),
    missing,
  }
}

const NEEDED: Record<Mode, string[]> = {
  observe: ['BROWSE_PROJECTS'],
  suggest: ['BROWSE_PROJECTS', 'ADD_COMMENTS', 'DELETE_OWN_COMMENTS'],
  automate: ['BROWSE_PROJECTS', 'ADD_COMMENTS', 'DELETE_OWN_COMMENTS', 'EDIT_ISSUES', 'ASSIGN_ISSUES'],
}

async function missingRights(api: Api, connection: Connection, projects: string[]): Promise<Metadata['missing']> {
  const needed = [...NEEDED[connection.mode], ...(settingsOf(connection).quiet ? ['ADMINISTER_PROJECTS'] : [])]
  const missing: Metadata['missing'] = []
  for (const project of projects) {
    const granted = await api.granted(project, needed)
    for (const right of needed.filter((one) => !granted.includes(one))) {
      missing.push({ what: `${right} in ${project}`, next: `Give our Jira account ${right} in project ${project}.` })
    }
  }
  return missing
}

type Screens = { project: string; create: ScreenFields; edit: ScreenFields | null }[]

/** Options are read from the screens: reading the contexts of a field needs administrator rights. */
async function screensOf(api: Api, projects: string[]): Promise<Screens> {
  const screens: Screens = []
  for (const project of projects) {
    const types = await orNothing(api.issueTypes(project), [])
    const create: ScreenFields = []
    for (const { id } of types.slice(0, ISSUE_TYPES)) {
      if (id) create.push(...(await orNothing(api.createScreen(project, id), [])))
    }
    const newest = await orNothing(api.newest(`project = ${quoted(project)} ORDER BY created DESC`), null)
    screens.push({ project, create, edit: newest ? await orNothing(api.editScreen(newest), null) : null })
  }
  return screens
}

/** An account that may not see the screens can still route tickets. Every other failure counts. */
async function orNothing<T>(answer: Promise<T>, nothing: T): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof HelpdeskError && ['gone', 'forbidden', 'invalid'].includes(error.fault)) return nothing
    throw error
  }
}

function notEditable({ mode, mapping }: Connection, screens: Screens): Metadata['missing'] {
  if (mode !== 'automate') return []
  const wanted = [...new Set(placesOf(mapping).map(({ target }) => vendorField(target)))]
  return screens.flatMap(({ project, edit }) =>
    wanted
      .filter((field) => edit !== null && !edit.some(({ id }) => id === field))
      .map((field) => ({
        what: `${field} on the edit screen of ${project}`,
        next: `Put ${field} on the edit screen of ${project}.`,
      })),
  )
}

async function fieldsOf(api: Api, screens: Screens): Promise<Metadata['fields']> {
  const shown = screens.flatMap(({ create, edit }) => [...create, ...(edit ?? [])])
  return (await api.fields()).map(({ id, name, schema }) => {
    const options = new Map<string, Metadata['fields'][number]['options'][number]>()
    for (const field of shown.filter((one) => one.id === id)) {
      for (const option of field.options) {
        const children = option.children.map(named)
        if (option.id) options.set(option.id, { ...named(option), ...(children.length > 0 ? { children } : {}) })
      }
    }
    const type = schema?.custom?.split(':').at(-1) ?? schema?.type ?? ''
    return { id, name: name ?? id, type, options: [...options.values()] }
  })
}

async function componentsOf(api: Api, projects: string[]): Promise<Metadata['components']> {
  const components: Metadata['components'] = []
  for (const project of projects) {
    for (const one of await api.components(project)) components.push({ ...named(one), project })
  }
  return components
}

/** People to whom issues can be assigned; Jira lists active ones only. */
async function peopleOf(api: Api, projects: string[]): Promise<Metadata['people']> {
  const people = new Map<string, Metadata['people'][number]>()
  const limit = 100
  for (const project of projects) {
    for (let startAt = 0; startAt < PEOPLE; startAt += limit) {
      const page = await api.assignable(project, startAt, limit)
      for (const person of page) {
        const id = personId(person)
        if (id) people.set(id, { id, name: person.displayName ?? id, active: person.active !== false, groups: [] })
      }
      if (page.length === 0) break
    }
  }
  return [...people.values()]
}

function named(one: { id: string | null; name?: string | null; value?: string | null }): { id: string; name: string } {
  return { id: one.id ?? '', name: one.name ?? one.value ?? one.id ?? '' }
}
