/** The rules in force, versioned. */
import { desc } from 'drizzle-orm'
import type { Prepared, Taxonomy } from '../../contract/index.ts'
import type { Tx } from '../../db/index.ts'
import { recall, recordAudit, rulesets } from '../../db/index.ts'
import { Rejected } from '../../errors.ts'
import { loadLanguages, prepare } from '../../text/index.ts'
import { applyRules } from './apply.ts'
import { checkRules, type RuleFault } from './check.ts'
import { defaultRules } from './default.ts'
import { factsOf } from './from-ticket.ts'
import { type Rule, type Ruled, Rules } from './rule.ts'

type Ruleset = { version: number; document: Rule[] }

/** The rules in force; in another process than the one that saved them, a second later. */
export const currentRules = (db: Tx): Promise<Ruleset> => ruleset.get(db)

const ruleset = recall(1_000, readRules)

async function readRules(db: Tx): Promise<Ruleset> {
  const [newest] = await db.select().from(rulesets).orderBy(desc(rulesets.version)).limit(1)
  return { version: newest?.version ?? 0, document: (newest?.document as Rule[] | undefined) ?? [] }
}

export function runRules(rules: Rule[], prepared: Prepared, taxonomy: Taxonomy, outOfScope = false): Ruled {
  const ruled = applyRules(rules, { prepared, metadata: prepared.metadata, outOfScope }, taxonomy)
  // a rule that somebody wrote beats what the form or a pattern says
  return { ...ruled, decided: { ...factsOf(taxonomy, prepared), ...ruled.decided } }
}

type Tried = { subject: string; text: string; metadata: Record<string, string>; outOfScope: boolean }

/** What rules say of tickets, and what is wrong with the rules; nothing is saved. */
export async function tryRules(
  rules: Rule[],
  tickets: Tried[],
  taxonomy: Taxonomy,
): Promise<{ faults: RuleFault[]; ruled: Ruled[] }> {
  await loadLanguages()
  const ruled = tickets.map(({ subject, text, metadata, outOfScope }) =>
    runRules(rules, prepare({ subject, body: text, format: 'plain', metadata }), taxonomy, outOfScope),
  )
  return { faults: checkRules(rules, taxonomy), ruled }
}

export async function saveRules(
  db: Tx,
  document: Rule[],
  taxonomy: Taxonomy,
  expected: number,
  author: string,
): Promise<number> {
  const rules = Rules.parse(document)
  // An idle service has not read the tables yet, and examples are checked by their language.
  await loadLanguages()
  const faults = checkRules(rules, taxonomy)
  if (faults.length > 0)
    throw new Rejected(
      422,
      `The rules have ${faults.length} fault(s): ${faults.map((f) => `${f.rule}: ${f.message}`).join('; ')}`,
      {
        next: 'Mend them and save again.',
        faults: faults.map(({ rule, path, message }) => ({ path: `${rule}.${path}`, message })),
      },
    )
  const version = await db.transaction(async (tx) => {
    const before = await readRules(tx)
    const inserted =
      before.version === expected
        ? await tx
            .insert(rulesets)
            .values({ version: expected + 1, document: rules, author })
            .onConflictDoNothing()
            .returning()
        : []
    if (inserted.length === 0)
      throw new Rejected(409, `The rules are at version ${before.version}, not ${expected}`, {
        next: 'Read them again and put your change on top.',
      })
    await recordAudit(tx, {
      actor: author,
      action: 'rules.save',
      subject: `rules ${expected + 1}`,
      before: before.document,
      after: rules,
    })
    return expected + 1
  })
  ruleset.forget()
  return version
}

/** Puts the rules that ship with Pointsman into an empty database. */
export async function seedRules(db: Tx): Promise<void> {
  await db
    .insert(rulesets)
    .values({ version: 1, document: defaultRules, author: 'pointsman' })
    .onConflictDoNothing({ target: rulesets.version })
}
