/** What was not read, and what our account lacks, in words that stay short on a site with many projects. Pure. */
import type { Connection, Metadata } from '../../src/contract/index.ts'
import { someOf } from '../words.ts'
import { placesOf, vendorField } from './mapping.ts'
import { lackingTypes, type ProjectScreens } from './screens.ts'

type Missing = Metadata['missing']

/** What fails without the right. */
const CAUSES: Record<string, string> = {
  BROWSE_PROJECTS: 'tickets cannot be read',
  ADD_COMMENTS: 'notes cannot be added',
  DELETE_OWN_COMMENTS: 'a note that Jira made public could not be deleted',
  EDIT_ISSUES: 'no field can be written',
  ASSIGN_ISSUES: 'tickets cannot be assigned',
  ADMINISTER_PROJECTS: 'Jira sends e-mails although `quiet` is set',
}

export function lackingRights(needed: string[], given: { project: string; granted: string[] }[]): Missing {
  return needed.flatMap((right) => {
    const projects = given.filter(({ granted }) => !granted.includes(right)).map(({ project }) => project)
    if (projects.length === 0) return []
    const what = `${right} in ${someOf(projects)}: without it, ${CAUSES[right]}`
    const where = `${projects.length > 1 ? 'the projects' : 'project'} ${someOf(projects)}`
    return [{ what, next: `Give our Jira account ${titleOf(right)} in ${where}.` }]
  })
}

/** `EDIT_ISSUES` as people see it in Jira: Edit Issues. */
function titleOf(right: string): string {
  return right
    .toLowerCase()
    .replace(/_/g, ' ')
    .replace(/\b\w/g, (letter) => letter.toUpperCase())
}

/** One line for each field. The assignee is not asked for: without a screen it is written by the assign call. */
export function notEditable(
  { mode, mapping }: Connection,
  screens: ProjectScreens[],
  fields: Metadata['fields'],
): Missing {
  if (mode !== 'automate') return []
  const wanted = [...new Set(placesOf(mapping).map(({ target }) => vendorField(target)))]
  return wanted.flatMap((id) => {
    const lacks = screens
      .map((screen) => ({ ...screen, lacking: lackingTypes(screen, id) }))
      .filter(({ lacking }) => lacking.length > 0)
    if (lacks.length === 0) return []
    const title = fields.find((field) => field.id === id)?.name
    const name = title && title !== id ? `${title} (${id})` : id
    const partly = lacks.some(({ lacking, types }) => lacking.length < types.length)
    const where = someOf(
      lacks.map(({ project, lacking, types }) =>
        lacking.length < types.length ? `${project} for ${someOf(lacking)}` : project,
      ),
    )
    const screen = lacks.length > 1 ? 'the edit screens of' : 'the edit screen of'
    const other = partly ? 'name the other issue types in the filters' : 'map another field'
    return [
      {
        what: `${name} on ${screen} ${where}: Jira refuses to write it`,
        next: `Put ${name} on ${screen} ${where}, or ${other}.`,
      },
    ]
  })
}

/** Which screens were not read. */
export function unreadScreens(screens: ProjectScreens[]): string[] {
  const which = (wanted: (type: ProjectScreens['types'][number]) => boolean) =>
    screens.flatMap(({ project, types }) => {
      const names = types.filter(wanted).map(({ name }) => name || 'every issue type')
      return names.length > 0 ? [`${project} for ${someOf(names)}`] : []
    })
  const blind = which(({ create, edit }) => create === null && edit === null)
  const untested = which(({ create, edit }) => create !== null && edit === null)
  return [
    ...(blind.length > 0
      ? [`The screens of ${joined(blind)}: our account may neither create such an issue nor see one.`]
      : []),
    ...(untested.length > 0
      ? [
          `The edit screens of ${joined(untested)}: there is no issue of these types that our account sees. Their create screens were read.`,
        ]
      : []),
  ]
}

/** The parts have commas of their own. */
function joined(parts: string[], shown = 3): string {
  const rest = parts.length - shown
  return rest > 1 ? `${parts.slice(0, shown).join('; ')}; and ${rest} more projects` : parts.join('; ')
}

/** `what` of the projects that did not answer. */
export function unreadOf(what: string, answers: { key: string; answer: unknown }[]): string[] {
  const blind = answers.filter(({ answer }) => answer === null).map(({ key }) => key)
  return blind.length > 0 ? [`${what} of ${someOf(blind)}.`] : []
}
