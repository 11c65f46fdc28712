/** /tokens and /me: who has access. */

import { OpenAPIHono, z } from '@hono/zod-openapi'
import { Role } from '../../contract/index.ts'
import type { Database } from '../../db/index.ts'
import { body, json } from '../../http/index.ts'
import { createToken, type Env, isAllowed, listTokens, MATRIX, type Permission, revokeToken } from '../access/index.ts'
import { ById, guarded, listOf } from './route-helpers.ts'

const Token = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: Role,
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
    bootstrap: z.boolean().openapi({ description: 'Created by the first start, not by a person.' }),
  })
  .openapi('Token')

const NewToken = z.strictObject({ name: z.string().trim().min(1).max(120), role: Role })

const list = guarded('inspect', {
  method: 'get',
  path: '/tokens',
  tags: ['access'],
  summary: 'All tokens, without their text',
  responses: { 200: json(listOf(Token), 'Oldest first.') },
})

const create = guarded('administer', {
  method: 'post',
  path: '/tokens',
  tags: ['access'],
  summary: 'Create a token; its text is shown only once',
  request: { body: body(NewToken) },
  responses: { 201: json(Token.extend({ token: z.string() }), 'Save the token now: it cannot be shown again.') },
})

const revoke = guarded('administer', {
  method: 'delete',
  path: '/tokens/{id}',
  tags: ['access'],
  summary: 'Revoke a token permanently',
  request: { params: ById },
  responses: { 204: { description: 'Revoked.' } },
})

const me = guarded('read', {
  method: 'get',
  path: '/me',
  tags: ['access'],
  summary: 'The owner of this token and what it may do',
  responses: {
    200: json(z.object({ name: z.string(), role: Role, may: z.array(z.string()) }), 'Name, role and permissions.'),
  },
})

const roles = guarded('read', {
  method: 'get',
  path: '/roles',
  tags: ['access'],
  summary: 'What each role may do',
  responses: { 200: json(listOf(z.object({ role: Role, may: z.array(z.string()) })), 'Roles with their permissions.') },
})

export function accessRoutes({ database: { db } }: { database: Pick<Database, 'db'> }) {
  return new OpenAPIHono<Env>()
    .openapi(list, async (c) => c.json({ items: (await listTokens(db)).map(dated), next: null }, 200))
    .openapi(create, async (c) => {
      const made = await createToken(db, c.req.valid('json'), c.get('actor').name)
      return c.json({ ...dated(made), token: made.token }, 201)
    })
    .openapi(revoke, async (c) => {
      await revokeToken(db, c.req.valid('param').id, c.get('actor').name)
      return c.body(null, 204)
    })
    .openapi(me, (c) => {
      const { name, role } = c.get('actor')
      return c.json({ name, role, may: permissionsOf(role) }, 200)
    })
    .openapi(roles, (c) => {
      const items = Role.options.map((role) => ({ role, may: permissionsOf(role) }))
      return c.json({ items, next: null }, 200)
    })
}

function permissionsOf(role: Role): Permission[] {
  return (Object.keys(MATRIX) as Permission[]).filter((permission) => isAllowed(role, permission))
}

function dated(token: Awaited<ReturnType<typeof listTokens>>[number]) {
  const { id, name, role, createdAt, lastUsedAt, revokedAt, bootstrap } = token
  return {
    id,
    name,
    role,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    bootstrap,
  }
}
