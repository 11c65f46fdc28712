/** HTTP outside the API: webhooks, health, the reference, and errors as problem details. */
export { accessLog } from './access-log.ts'
export { deadline } from './deadline.ts'
export { docsRoutes } from './docs.ts'
export { body, ConnectionName, json, problemAnswer } from './openapi.ts'
export { type OperationsNeeds, operationsRoutes } from './operations.ts'
export { plainBodies } from './plain-bodies.ts'
export { problem } from './problem.ts'
export { type WebhookNeeds, webhookRoutes } from './webhooks.ts'
