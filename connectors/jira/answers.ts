/** The answers of Jira's REST API, as far as we use them. An answer of another shape is `broken`. */
import { z } from 'zod'
import { brokenAnswer } from './client.ts'
import { Any, Fields, Flag, Item, isRecord, list, Person, part, Text } from './payload.ts'

const Id = z.union([z.string().regex(/^\d+$/), z.number().int().nonnegative()]).transform(String)
const Count = z.number().int().nonnegative()

const History = part({
  id: Text,
  author: Person,
  created: Text,
  items: list(Item),
  historyMetadata: part({ type: Text, extraData: Fields }),
})
export type History = NonNullable<z.output<typeof History>>

const Names = Any.transform((value) => {
  if (!isRecord(value)) return undefined
  return Object.fromEntries(Object.entries(value).map(([id, name]) => [id, Text.parse(name) ?? '']))
})

export const IssueAnswer = z.object({
  id: Id,
  key: z.string().min(1),
  self: Text,
  fields: z.record(z.string(), z.unknown()),
  names: Names,
  schema: Fields,
  properties: Fields,
  changelog: part({ total: Any.transform((total) => Number(total) || 0), histories: list(History) }),
})
export type IssueAnswer = z.output<typeof IssueAnswer>

export const ChangelogPage = z.object({ values: list(History), isLast: Flag, total: Count.catch(0) })

export const CommentAnswer = z.object({ id: Id, jsdPublic: Flag })

export const CommentsAnswer = z.object({
  comments: list(
    part({
      id: Text,
      author: Person,
      properties: Any.transform((value) => (Array.isArray(value) ? value.filter(isRecord) : null)),
    }),
  ),
})

export const Me = Person.refine((person) => person !== null, 'no person')

export const FieldList = z.array(
  z.object({ id: z.string(), name: Text, custom: Flag, schema: part({ type: Text, custom: Text, items: Text }) }),
)

const Allowed = part({ id: Text, value: Text, name: Text, children: list(part({ id: Text, value: Text })) })

/** Cloud calls the list of a create screen `fields`, Data Center `values`; an edit screen is a map. */
export const ScreenFields = Any.transform((value) => {
  const holder = isRecord(value) ? (value.fields ?? value.values) : null
  const entries = Array.isArray(holder)
    ? holder.filter(isRecord).map((field): [string, unknown] => [Text.parse(field.fieldId) ?? '', field])
    : Object.entries(isRecord(holder) ? holder : {})
  return entries.map(([id, field]) => ({
    id,
    options: list(Allowed).parse(isRecord(field) ? field.allowedValues : null),
  }))
})
export type ScreenFields = z.output<typeof ScreenFields>

const IssueType = part({ id: Text, name: Text })
export const IssueTypes = z
  .object({ issueTypes: list(IssueType), values: list(IssueType) })
  .transform(({ issueTypes, values }) => [...issueTypes, ...values])

const Named = part({ id: Text, name: Text, isDefault: Flag })
export const PriorityPage = z.object({ values: list(Named), isLast: Flag })
export const PriorityList = list(Named)
export const ComponentList = list(part({ id: Text, name: Text }))
export const PersonList = list(Person)
const Project = part({ key: Text })
export const ProjectPage = z.object({ values: list(Project) })
export const ProjectList = list(Project)
export const PropertyAnswer = z.object({ value: Any })
export const CountAnswer = z.object({ count: Count })
export const SearchTotal = z.object({ total: Count })
export const FoundIssues = z.object({ issues: list(part({ id: Text })) })

export const Granted = z
  .object({ permissions: z.record(z.string(), z.looseObject({ havePermission: z.boolean() })) })
  .transform(({ permissions }) =>
    Object.entries(permissions).flatMap(([key, { havePermission }]) => (havePermission ? [key] : [])),
  )

export function checked<Schema extends z.ZodType>(schema: Schema, answer: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  throw brokenAnswer(what, z.prettifyError(parsed.error).slice(0, 200), parsed.error)
}
