import { fileURLToPath } from 'node:url'

/** Run from the sources, and not from the production bundle. */
export const isSource = import.meta.url.endsWith('.ts')

/** Where the built page is: beside the bundle in production; from source in dist/, because ./ui/ is the page's source. */
export const pageFolder = fileURLToPath(new URL(isSource ? '../../../dist/ui/' : './ui/', import.meta.url))
