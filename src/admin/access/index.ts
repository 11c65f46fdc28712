/** Access: tokens, roles and permissions. */
export { authenticate, type Env, isAllowed, MATRIX, may, type Permission } from './roles.ts'
export { type Actor, bootstrapToken, createToken, findToken, listTokens, Role, revokeToken } from './tokens.ts'
