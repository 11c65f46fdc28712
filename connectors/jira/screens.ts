/**
 * The screens of the projects, for every issue type: which fields can be edited, with which options. Options are read here
 * because reading the contexts of a field needs administrator rights.
 */
import type { ScreenField } from './answers.ts'
import { type Api, quoted } from './api.ts'
import type { Ask } from './ask.ts'

type IssueTypeScreens = {
  name: string
  /** Null: not readable. */
  create: ScreenField[] | null
  /** Null: not readable, or there is no issue yet. */
  edit: ScreenField[] | null
}

export type ProjectScreens = { project: string; types: IssueTypeScreens[] }

/** `wanted`: the names or ids of the issue types that the filters let through; empty: all. */
export async function screensOf(api: Api, ask: Ask, project: string, wanted: string[]): Promise<ProjectScreens> {
  const all = (await ask.orNull(() => api.issueTypes(project))) ?? []
  const passes = new Set(wanted.map((one) => one.toLowerCase()))
  const types = all.filter(
    ({ id, name }) => passes.size === 0 || passes.has(id ?? '') || passes.has((name ?? '').toLowerCase()),
  )
  const screens = await Promise.all(
    types.map(async ({ id, name }): Promise<IssueTypeScreens> => {
      const [create, edit] = await Promise.all([
        id ? ask.orNull(() => api.createScreen(project, id)) : null,
        editScreen(api, ask, project, ` AND issuetype = ${/^\d+$/.test(id ?? '') ? id : quoted(name ?? '')}`),
      ])
      return { name: name ?? id ?? '', create, edit }
    }),
  )
  if (screens.length > 0) return { project, types: screens }
  // The types are not shown without the right to create: one issue still shows a screen.
  return { project, types: [{ name: '', create: null, edit: await editScreen(api, ask, project, '') }] }
}

async function editScreen(api: Api, ask: Ask, project: string, more: string): Promise<ScreenField[] | null> {
  const newest = await ask.orNull(() => api.newest(`project = ${quoted(project)}${more} ORDER BY created DESC`))
  return newest ? ask.orNull(() => api.editScreen(newest)) : null
}

/** The fields that can be edited in every issue type of the project, as far as it is known. */
export function editable({ types }: ProjectScreens, field: string): boolean | null {
  const screens = types.map(({ edit, create }) => edit ?? create).filter((screen) => screen !== null)
  return screens.length === 0 ? null : screens.every((screen) => screen.some(({ id }) => id === field))
}

/** The issue types whose edit screen is known and lacks the field. */
export function lackingTypes({ types }: ProjectScreens, field: string): string[] {
  return types.filter(({ edit }) => edit !== null && !edit.some(({ id }) => id === field)).map(({ name }) => name)
}

export function shown({ types }: ProjectScreens, field: string): ScreenField[] {
  return types.flatMap(({ create, edit }) => [...(create ?? []), ...(edit ?? [])]).filter(({ id }) => id === field)
}
