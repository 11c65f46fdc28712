/** The versioned taxonomy: the fields that are decided, and their values. */
export { defaultTaxonomy } from './default.ts'
export { currentTaxonomy, everHad, saveTaxonomy, seedTaxonomy } from './store.ts'
