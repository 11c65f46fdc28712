/** The admin page as the service sees it: its built files, and the building of them where the service runs from source. */
export { buildPage } from './build.ts'
export { openPage } from './serve.ts'
