/** /openapi.json and /docs: the API reference, served from our own files so that it works without internet access. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import { Rejected } from '../errors.ts'
import { describePlainRoutes } from './describe-plain-routes.ts'
import { nameOperations } from './operation-ids.ts'

const ASSETS: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}

// Swagger UI sets styles on its elements and draws its icons as data URLs; its scripts are files.
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pointsman API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="docs/favicon-32x32.png">
</head>
<body>
<div id="reference"></div>
<noscript>The reference needs JavaScript; <a href="openapi.json">openapi.json</a> does not.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

const START = `SwaggerUIBundle({
  url: new URL('openapi.json', location.href).href,
  dom_id: '#reference',
  deepLinking: true,
  persistAuthorization: false,
  displayRequestDuration: true,
  docExpansion: 'list',
  validatorUrl: null,
})
`

export function docsRoutes(app: Pick<OpenAPIHono, 'openAPIRegistry' | 'getOpenAPI31Document'>) {
  describePlainRoutes(app.openAPIRegistry)
  let document: string | undefined
  return new Hono()
    .get('/openapi.json', (c) => {
      document ??= describe(app)
      return c.body(document, 200, { 'Content-Type': 'application/json' })
    })
    .get('/docs', (c) => c.html(PAGE, 200, { 'Content-Security-Policy': CSP }))
    .get('/docs/start.js', (c) => c.body(START, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }))
    .get('/docs/:file', async (c) => {
      const file = c.req.param('file')
      const type = ASSETS[file]
      const folder = type === undefined ? null : assetsFolder()
      if (type === undefined || folder === null)
        throw new Rejected(404, `There is no ${c.req.path}`, {
          next: 'GET /openapi.json and open it in another OpenAPI viewer.',
        })
      return c.body(new Uint8Array(await readFile(join(folder, file))), 200, {
        'Content-Type': type,
        'Cache-Control': 'public, max-age=3600',
      })
    })
}

// A variable, because the type of the library does not know "identifier" of OpenAPI 3.1.
const LICENSE = { name: 'UNLICENSED', identifier: 'LicenseRef-UNLICENSED' }

function describe(app: Pick<OpenAPIHono, 'getOpenAPI31Document'>): string {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Pointsman',
      version: '1',
      license: LICENSE,
      description:
        'Sorts support tickets from Jira and Zendesk, and learns from every correction. Errors are RFC 9457 problem details; lists page by the opaque `next`.',
    },
    servers: [{ url: '/' }],
  })
  nameOperations(document.paths ?? {})
  return JSON.stringify(document)
}

/** Beside the production bundle, else where npm put it. */
function assetsFolder(): string | null {
  const beside = fileURLToPath(new URL('./docs/', import.meta.url))
  if (existsSync(join(beside, 'swagger-ui-bundle.js'))) return beside
  try {
    return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  } catch {
    return null
  }
}
