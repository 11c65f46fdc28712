/** The configuration as a file: map, taxonomy, rules and connections as YAML, for people and for GitOps. */
export { readDocument } from './document.ts'
export { exportConfig, exportMap, SECTIONS, type Section } from './export.ts'
export { type Imported, importConfig } from './import.ts'
