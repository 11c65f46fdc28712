import type { TaxonomyDocument } from '../contract/index.ts'
import { checkTaxonomy, currentTaxonomy, listTaxonomies, saveTaxonomy } from '../taxonomy/index.ts'
import { checkRuleDraft, currentRules, listRulesets, Rules, saveRules } from '../triage/index.ts'
import { breaksOfRules } from './break-of-rules.ts'
import { breaksOfTaxonomy } from './break-of-taxonomy.ts'
import type { Kind } from './drafts.ts'
import { carryMerges, followsOf } from './follow.ts'
import { partsOfRules, partsOfTaxonomy } from './parts.ts'

/** The taxonomy, as a draft and by versions. */
export const taxonomyKind: Kind<TaxonomyDocument> = {
  of: 'taxonomy',
  parse: (stored) => stored as TaxonomyDocument,
  async current(db) {
    const { version, fields } = await currentTaxonomy(db)
    return { version, document: { fields } }
  },
  list: (db) => listTaxonomies(db),
  read: async (db, version) => (await listTaxonomies(db, version))[0] ?? null,
  faults: async (_, document) => checkTaxonomy(document),
  breaks: breaksOfTaxonomy,
  follows: followsOf,
  carry: carryMerges,
  parts: partsOfTaxonomy,
  save: async (db, document, expected, author, how) =>
    (await saveTaxonomy(db, document, expected, author, how)).version,
}

/** The rules, as a draft and by versions. */
export const rulesKind: Kind<Rules> = {
  of: 'rules',
  parse: (stored) => Rules.parse(stored),
  current: currentRules,
  list: (db) => listRulesets(db),
  read: async (db, version) => (await listRulesets(db, version))[0] ?? null,
  faults: async (db, rules) => checkRuleDraft(rules, await currentTaxonomy(db)),
  breaks: async (db, step) => breaksOfRules(await currentTaxonomy(db), step),
  follows: async () => [],
  carry: async () => {},
  parts: partsOfRules,
  save: async (db, rules, expected, author, how) =>
    saveRules(db, rules, await currentTaxonomy(db), expected, author, how),
}
