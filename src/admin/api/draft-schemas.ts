/** What the routes of drafts and versions of the taxonomy and of the rules have in common. */
import { z } from '@hono/zod-openapi'
import type { Tx } from '../../db/index.ts'
import { json } from '../../http/index.ts'
import { Break, Change, diff, type Kind, readVersion, stateOf } from '../../policy/index.ts'
import { ByVersion, Comment, IfMatch, listOf, Tag } from './route-helpers.ts'

const Faults = z
  .array(z.object({ path: z.string(), message: z.string(), next: z.string().optional() }))
  .openapi({ description: 'What must be fixed before it can be published.' })

export const Breaks = z.array(z.object(Break.shape).openapi('Break')).openapi({
  description:
    'What no longer fits: rows of the routing map, settings and mappings of connections, pauses, rules, guards, labels by their number, fields that nothing decides. Only what fits today.',
})

const Changes = z
  .array(z.object(Change.shape).openapi('Change'))
  .openapi({ description: 'What differs, by name: `service/vpn`, `service/vpn.automatic`, `site-down.when`.' })

/** The draft beside the version in force. */
export const draftOf = <S extends z.ZodRawShape>(document: S) =>
  z
    .object({
      ...document,
      version: z.number().int().openapi({ description: 'The version that it will be.' }),
      base: z.number().int().openapi({ description: 'The version that it was started from.' }),
      author: z.string(),
      comment: z.string(),
      updatedAt: z.iso.datetime(),
      faults: Faults,
    })
    .nullable()

export const Saved = z.object({ version: z.number().int(), tag: Tag })
export const SavedDraft = Saved.extend({ faults: Faults })
export const Preview = z.object({
  changes: Changes,
  faults: Faults,
  breaks: Breaks,
  follows: z.array(Break).openapi({
    description:
      'What is changed with it, because values were merged (`replaces`): rows of the map, connections, rules.',
  }),
})
export const Publish = z.strictObject({
  comment: Comment.optional(),
  force: z.boolean().default(false).openapi({ description: 'Publish in spite of what it breaks.' }),
})

export const VersionShown = z.object({
  version: z.number().int(),
  author: z.string(),
  comment: z.string(),
  createdAt: z.iso.datetime(),
})

export const versionsAnswer = { 200: json(listOf(VersionShown), 'Newest first, at most 200.') }
export const diffRequest = {
  params: ByVersion,
  query: z.strictObject({
    against: z
      .union([z.literal('draft'), z.coerce.number<string>().int().min(1).max(2_000_000_000)])
      .optional()
      .openapi({ type: 'string', description: 'A version, or `draft`. Absent: the version before.' }),
  }),
}
export const diffAnswer = { 200: json(z.object({ changes: Changes }), 'From the other one to this version.') }
export const ofVersion = { headers: IfMatch, params: ByVersion }

type Row = { version: number; author: string; comment: string; createdAt: Date }

export const showVersion = ({ version, author, comment, createdAt }: Row) => ({
  version,
  author,
  comment,
  createdAt: createdAt.toISOString(),
})

/** Tag and draft, for the answer beside the version in force. */
export async function showState<D, S extends object>(db: Tx, kind: Kind<D>, show: (document: D) => S) {
  const { current, draft, tag } = await stateOf(db, kind)
  if (!draft) return { tag, draft: null }
  const document = kind.parse(draft.document)
  const { base, author, comment, updatedAt } = draft
  const faults = await kind.faults(db, document)
  const version = current.version + 1
  return {
    tag,
    draft: { ...show(document), version, base, author, comment, updatedAt: updatedAt.toISOString(), faults },
  }
}

/** The differences of a version from another one, or from the draft to it. */
export async function showDiff<D>(db: Tx, kind: Kind<D>, version: number, against: number | 'draft' | undefined) {
  const { document } = await readVersion(db, kind, version)
  const parts = kind.parts(document)
  if (against === 'draft') {
    const { draft } = await stateOf(db, kind)
    return { changes: diff(draft ? kind.parts(kind.parse(draft.document)) : parts, parts) }
  }
  const before = against ?? version - 1
  return { changes: diff(before < 1 ? [] : kind.parts((await readVersion(db, kind, before)).document), parts) }
}
