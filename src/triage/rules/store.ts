/** Stores the versions of the rules, and runs the newest. */
import { desc, eq } from 'drizzle-orm'
import type { Prepared, Taxonomy } from '../../contract/index.ts'
import type { Tx } from '../../db/index.ts'
import { recall, recordAudit, rulesets } from '../../db/index.ts'
import { type Fault, Rejected } from '../../errors.ts'
import { loadLanguages } from '../../text/index.ts'
import { applyRules } from './apply.ts'
import { checkRules } from './check.ts'
import { defaultRules } from './default.ts'
import { factsOf } from './from-ticket.ts'
import { type Rule, type Ruled, Rules } from './rule.ts'

type Ruleset = { version: number; document: Rule[] }

/** Reads the newest rules. Other processes see a new version at most a second after it is saved. */
export const currentRules = (db: Tx): Promise<Ruleset> => ruleset.get(db)

const ruleset = recall(1_000, readRules)

async function readRules(db: Tx): Promise<Ruleset> {
  const [newest] = await db.select().from(rulesets).orderBy(desc(rulesets.version)).limit(1)
  return { version: newest?.version ?? 0, document: (newest?.document as Rule[] | undefined) ?? [] }
}

/** Applies the rules to a ticket, with what its form and the patterns of entities decide. */
export function runRules(rules: Rule[], prepared: Prepared, taxonomy: Taxonomy, outOfScope = false): Ruled {
  const ruled = applyRules(rules, { prepared, metadata: prepared.metadata, outOfScope }, taxonomy)
  // A rule that an admin wrote overrides the form and the patterns.
  return { ...ruled, decided: { ...factsOf(taxonomy, prepared), ...ruled.decided } }
}

/** Lists the versions, newest first, at most 200; with `version` only that one. */
export async function listRulesets(db: Tx, version?: number) {
  const wanted = version === undefined ? undefined : eq(rulesets.version, version)
  return db.select().from(rulesets).where(wanted).orderBy(desc(rulesets.version)).limit(200)
}

/** Lists what must be fixed before these rules can be saved, each with its place. */
export async function checkRuleDraft(rules: Rule[], taxonomy: Taxonomy): Promise<Fault[]> {
  // Examples are checked by their language, and an idle service has not loaded the tables yet.
  await loadLanguages()
  return checkRules(rules, taxonomy).map(({ rule, path, message }) => ({
    path: `${rule}.${path}`,
    message: `${rule}: ${message}`,
  }))
}

/** How the save is recorded in the audit; `also` runs in its transaction. */
type How = { action?: string; comment?: string; also?: (tx: Tx) => Promise<void> }

/** Saves a new version of the rules. `expected` is the version that the author edited. Throws Rejected 409 or 422. */
export async function saveRules(
  db: Tx,
  document: Rule[],
  taxonomy: Taxonomy,
  expected: number,
  author: string,
  how: How = {},
): Promise<number> {
  const rules = Rules.parse(document)
  const faults = await checkRuleDraft(rules, taxonomy)
  if (faults.length > 0)
    throw new Rejected(422, `The rules have ${faults.length} fault(s): ${faults.map((f) => f.message).join('; ')}`, {
      next: 'Fix them and save again.',
      faults,
    })
  return replaceRules(db, rules, expected, author, how)
}

/** Saves a new version without looking at it: for a change that makes no rule worse. */
export async function replaceRules(
  db: Tx,
  rules: Rule[],
  expected: number,
  author: string,
  { action = 'rules.save', comment = '', also }: How = {},
): Promise<number> {
  const version = await db.transaction(async (tx) => {
    const before = await readRules(tx)
    const inserted =
      before.version === expected
        ? await tx
            .insert(rulesets)
            .values({ version: expected + 1, document: rules, author, comment })
            .onConflictDoNothing()
            .returning()
        : []
    if (inserted.length === 0)
      throw new Rejected(409, `The rules have version ${before.version}, not ${expected}`, {
        next: 'Read them again, apply your change to the new version, and save that.',
      })
    await also?.(tx)
    await recordAudit(tx, {
      actor: author,
      action,
      subject: `rules ${expected + 1}`,
      before: before.document,
      after: rules,
    })
    return expected + 1
  })
  ruleset.forget()
  return version
}

/** Stores the default rules in an empty database. */
export async function seedRules(db: Tx): Promise<void> {
  await db
    .insert(rulesets)
    .values({ version: 1, document: defaultRules, author: 'pointsman' })
    .onConflictDoNothing({ target: rulesets.version })
}
