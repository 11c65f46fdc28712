/** The versioned taxonomy: the fields that are decided, and their values. */
export { defaultTaxonomy } from './default.ts'
export { checkTaxonomy, currentTaxonomy, everHad, listTaxonomies, saveTaxonomy, seedTaxonomy } from './store.ts'
