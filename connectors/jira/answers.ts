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

export const IssuePage = z.object({
  issues: z.array(IssueAnswer),
  nextPageToken: Text,
  total: Any.transform((total) => Number(total) || 0),
  names: Names,
})

/** Times are documented as seconds here, and as text everywhere else. */
const Moment = Any.transform((value) =>
  Text.parse(typeof value === 'number' && value < 1e11 ? Math.round(value * 1000) : value),
)
const LoggedAtOnce = part({
  id: Text,
  author: Person,
  created: Moment,
  items: list(Item),
  historyMetadata: part({ type: Text, extraData: Fields }),
})
export const BulkChangelogs = z.object({
  issueChangeLogs: list(part({ issueId: Text, changeHistories: list(LoggedAtOnce) })),
  nextPageToken: Text,
})

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
  z.object({
    id: z.string(),
    name: Text,
    custom: Flag,
    schema: part({ type: Text, custom: Text, items: Text, system: Text }),
  }),
)

const Total = Any.transform((total) => (typeof total === 'number' && Number.isFinite(total) ? total : null))

const Child = part({ id: Text, value: Text, name: Text, disabled: Flag })
const Allowed = part({ id: Text, value: Text, name: Text, disabled: Flag, children: list(Child) })
export type Allowed = NonNullable<z.output<typeof Allowed>>

export const Schema = part({ type: Text, custom: Text, items: Text, system: Text })
export type Schema = z.output<typeof Schema>

/** `defaultValue`: an object with an id, or a list of them. `listed`: this kind of field shows its options. */
const ScreenField = Any.transform((value) => {
  const field = isRecord(value) ? value : {}
  const given = field.hasDefaultValue === false ? null : field.defaultValue
  const first: unknown = Array.isArray(given) ? given[0] : given
  return {
    name: Text.parse(field.name),
    required: field.required === true,
    schema: Schema.parse(field.schema),
    options: list(Allowed).parse(field.allowedValues),
    listed: Array.isArray(field.allowedValues),
    given: isRecord(first) ? (Text.parse(first.id) ?? Text.parse(first.value)) : Text.parse(first),
  }
})
export type ScreenField = z.output<typeof ScreenField> & { id: string }

/** Cloud calls the list of a create screen `fields`, Data Center `values`; an edit screen is a map. */
export const ScreenFields = Any.transform((value) => {
  const holder = isRecord(value) ? (value.fields ?? value.values) : null
  const entries = Array.isArray(holder)
    ? holder.filter(isRecord).map((field): [string, unknown] => [Text.parse(field.fieldId) ?? '', field])
    : Object.entries(isRecord(holder) ? holder : {})
  return entries.map(([id, field]): ScreenField => ({ id, ...ScreenField.parse(field) }))
})

export const CreateScreen = Any.transform((value) => ({
  values: ScreenFields.parse(value),
  total: Total.parse(isRecord(value) ? value.total : null),
}))

const IssueType = part({ id: Text, name: Text })
export const IssueTypes = z
  .object({ issueTypes: list(IssueType), values: list(IssueType), total: Total })
  .transform(({ issueTypes, values, total }) => ({ values: [...issueTypes, ...values], total }))

const Named = part({ id: Text, name: Text, isDefault: Flag })
export const PriorityPage = z.object({ values: list(Named), total: Total })
export const PriorityList = list(Named)
export const ComponentList = list(
  part({
    id: Text,
    name: Text,
    archived: Flag,
    assigneeType: Text,
    realAssignee: Person,
    assignee: Person,
    lead: Person,
  }),
)
export type ComponentAnswer = z.output<typeof ComponentList>[number]
export const PersonList = list(Person)
const Project = part({ key: Text, name: Text })
export const ProjectPage = z.object({ values: list(Project), total: Total })
export const ProjectList = list(Project)
export const ProjectAnswer = z.object({ key: Text, name: Text, assigneeType: Text, lead: Person })
export const ServiceDesks = z.object({ values: list(part({ id: Text, projectKey: Text })), isLastPage: Flag })
export const RequestTypes = z.object({ values: list(part({ id: Text, name: Text })), isLastPage: Flag })
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
