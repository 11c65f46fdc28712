import type { MiddlewareHandler } from 'hono'
import { mustBePlain } from '../body/index.ts'

/** Refuses compressed bodies. */
export function plainBodies(): MiddlewareHandler {
  return (c, next) => {
    mustBePlain(c.req.header('content-encoding'))
    return next()
  }
}
