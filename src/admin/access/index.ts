/** Access: tokens, roles and permissions. */
export { clearSessionCookie, isOwnPage, readSessionCookie, setSessionCookie } from './cookie.ts'
export { authenticate, type Env, isAllowed, MATRIX, may, type Permission } from './roles.ts'
export { createSignInLink, endSessions, openSession } from './sessions.ts'
export { type Actor, bootstrapToken, createToken, listTokens, Role, revokeToken } from './tokens.ts'
