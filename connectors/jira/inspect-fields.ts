/** The fields and priorities of a site as the screens of the projects show them. */
import type { Metadata, MetadataField, Option } from '../../src/contract/index.ts'
import { someOf } from '../words.ts'
import type { Allowed } from './answers.ts'
import type { Api } from './api.ts'
import type { Ask } from './ask.ts'
import type { JiraSettings } from './connection.ts'
import { type FieldKind, fieldKind } from './field-kinds.ts'
import { editable, type ProjectScreens, shown } from './screens.ts'

type Listed = Awaited<ReturnType<Api['fields']>>
type Read = { fields: MetadataField[]; unread: string[] }

export async function fieldsOf(
  api: Api,
  ask: Ask,
  edition: JiraSettings['edition'],
  listed: Listed,
  screens: ProjectScreens[],
): Promise<Read> {
  const fields = listed.map((field) => fieldOf(field, fieldKind(field.id, field.schema, edition), screens))
  const unread: string[] = []
  for (const field of fields.filter(({ writeAs }) => writeAs.includes('request-type'))) {
    const places = screens.filter((project) => shown(project, field.id).length > 0).map(({ project }) => project)
    const lists = await Promise.all(
      places.map(async (project) => ({ project, types: await ask.orNull(() => api.requestTypes(project)) })),
    )
    const known = lists.filter(({ types }) => types !== null)
    field.options = merged(known.map(({ project, types }) => ({ project, options: (types ?? []).map(plainOption) })))
    field.optionsComplete = lists.length > 0 && known.length === lists.length
    const blind = lists.filter(({ types }) => types === null).map(({ project }) => project)
    if (blind.length > 0) unread.push(`The request types of ${someOf(blind)}.`)
  }
  return { fields, unread }
}

function fieldOf({ id, name }: Listed[number], known: FieldKind, screens: ProjectScreens[]): MetadataField {
  const { kind, writeAs, never, listing } = known
  const on = screens.map((project) => ({ project: project.project, fields: shown(project, id) }))
  const given = on.flatMap(({ project, fields }) => {
    const first = fields.map((field) => field.given).find((value) => value !== null)
    return first === undefined || first === null ? [] : [[project, first] as const]
  })
  const whole = screens.every(({ types }) => types.every(({ create, edit }) => create !== null || edit !== null))
  return {
    id,
    name: name ?? id,
    type: kind,
    writeAs,
    ...(never !== undefined && { never }),
    active: true,
    where: screens.filter((project) => editable(project, id)).map(({ project }) => project),
    required: on.some(({ fields }) => fields.some(({ required }) => required)),
    defaults: Object.fromEntries(given),
    options: merged(
      on.map(({ project, fields }) => ({ project, options: fields.flatMap(({ options }) => options.map(optionOf)) })),
    ),
    // Without a screen nothing lists the options.
    optionsComplete: listing && whole && on.some(({ fields }) => fields.some((field) => field.listed)),
  }
}

function optionOf(one: Allowed): Option[] {
  const id = one.id
  if (!id) return []
  const children = one.children.flatMap((child) => optionOf({ ...child, children: [] }))
  return [
    {
      id,
      name: one.value ?? one.name ?? id,
      ...(one.disabled === true && { active: false }),
      ...(children.length > 0 && { children }),
    },
  ]
}

function plainOption({ id, name }: { id: string | null; name: string | null }): Option[] {
  return id ? [{ id, name: name ?? id }] : []
}

/** One list of the options of all projects; `where` says which projects have it, unless all of those with options do. */
function merged(lists: { project: string; options: Option[][] }[]): Option[] {
  const filled = lists
    .map(({ project, options }) => ({ project, options: options.flat() }))
    .filter(({ options }) => options.length > 0)
  const all = new Map<string, Option & { where: string[] }>()
  for (const { project, options } of filled) {
    for (const option of options) {
      const known = all.get(option.id) ?? { ...option, where: [] }
      if (!known.where.includes(project)) known.where.push(project)
      // Screens of other issue types can show more children.
      const children = new Map(
        [...(known.children ?? []), ...(option.children ?? [])].map((child) => [child.id, child]),
      )
      all.set(option.id, { ...known, ...(children.size > 0 && { children: [...children.values()] }) })
    }
  }
  return [...all.values()].map(({ where, ...option }) => (where.length < filled.length ? { ...option, where } : option))
}

/** The allowed values of the priority on a project's screens are its scheme; the site's list says nothing about it. */
export function prioritiesOf(
  listed: Awaited<ReturnType<Api['priorities']>>,
  screens: ProjectScreens[],
): Pick<Metadata, 'priorities' | 'unread'> {
  const schemes = screens.map((project) => {
    const fields = shown(project, 'priority')
    const ids = new Set(fields.flatMap(({ options }) => options.map(({ id }) => id)))
    const own = fields.map(({ given }) => given).find((id) => id !== null)
    const site = listed.find(({ isDefault, id }) => isDefault === true && ids.has(id))?.id
    return { project: project.project, ids, given: own ?? site ?? null }
  })
  const names = new Map(listed.map(({ id, name }) => [id ?? '', name ?? id ?? '']))
  for (const { options } of screens.flatMap((project) => shown(project, 'priority')))
    for (const { id, name } of options) if (id && !names.has(id)) names.set(id, name ?? id)
  const priorities = [...names].map(([id, name]) => ({
    id,
    name,
    isDefault: listed.some((one) => one.id === id && one.isDefault === true),
    where: schemes.filter(({ ids }) => ids.has(id)).map(({ project }) => project),
    defaultIn: schemes.filter(({ given }) => given === id).map(({ project }) => project),
  }))
  const blind = schemes.filter(({ ids, given }) => ids.size > 0 && given === null).map(({ project }) => project)
  const unread =
    blind.length > 0
      ? [
          `The priority that new tickets get in ${someOf(blind)}: Jira does not say. If they get one, it belongs into blank.`,
        ]
      : []
  return { priorities, unread }
}
