/** HTTP outside the API: webhooks, health, the reference, and errors as problem details. */
export { docsRoutes } from './docs.ts'
export { body, ConnectionName, json, problemAnswer } from './openapi.ts'
export { operationsRoutes } from './operations.ts'
export { problem } from './problem.ts'
export { webhookRoutes } from './webhooks.ts'
