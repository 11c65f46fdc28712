/** Access: tokens, people, sessions, roles and permissions. */
export { groupsOf, nameOf, roleOf } from './claims.ts'
export {
  clearSessionCookie,
  isOwnPage,
  readSessionCookie,
  setSessionCookie,
  setSignInCookie,
  takeSignInCookie,
} from './cookie.ts'
export { openOidc, SignInError } from './oidc.ts'
export { authenticate, type Env, isAllowed, MATRIX, may, type Permission } from './roles.ts'
export { createSignInLink, endSessions, isFirstSignIn, listSessions, openSession, revokeSession } from './sessions.ts'
export { type Actor, bootstrapToken, createToken, listTokens, revokeToken } from './tokens.ts'
