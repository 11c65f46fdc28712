/** The fields we decide and their values, versioned. */
export { defaultTaxonomy } from './default.ts'
export { currentTaxonomy, saveTaxonomy, seedTaxonomy } from './store.ts'
