/** Access: tokens, roles and permissions. */
export { authenticate, type Env, isAllowed, MATRIX, may, type Permission } from './roles.ts'
export { bootstrapToken, createToken, listTokens, Role, revokeToken } from './tokens.ts'
