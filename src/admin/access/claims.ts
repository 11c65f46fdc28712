/** What an identity provider says about a person, and what follows from it here. Pure. */
import type { OidcSettings } from '../../config.ts'
import type { Role } from '../../contract/index.ts'

export type Claims = Record<string, unknown> & { sub: string }

/** The role of the first entry whose group the person is in; null: none of them has one. */
export function roleOf(claims: Claims, { roles, rolesClaim }: Pick<OidcSettings, 'roles' | 'rolesClaim'>): Role | null {
  const groups = groupsOf(claims, rolesClaim)
  return roles.find(({ group }) => group === '*' || groups.includes(group))?.role ?? null
}

/** The groups or roles that the claim lists, in the forms that providers use. */
export function groupsOf(claims: Claims, name: string): string[] {
  const value = valueAt(claims, name)
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.filter((entry) => typeof entry === 'string')
  return value !== null && typeof value === 'object' ? Object.keys(value) : []
}

/** By what a person is called here. An address that the provider has not checked could be anybody's. */
export function nameOf(claims: Claims, { nameClaim }: Pick<OidcSettings, 'nameClaim'>): string {
  const names = [
    nameClaim === 'email' && claims.email_verified === false ? undefined : valueAt(claims, nameClaim),
    claims.preferred_username,
    claims.sub,
  ]
  return names
    .find((name): name is string => typeof name === 'string' && name.trim() !== '')!
    .trim()
    .slice(0, 120)
}

/** Does the provider say this already, or should it be asked for more? */
export const hasClaim = (claims: Claims, name: string) => valueAt(claims, name) !== undefined

// A name may have dots itself: providers use addresses as names.
function valueAt(claims: Claims, name: string): unknown {
  if (name in claims) return claims[name]
  return name
    .split('.')
    .reduce<unknown>((inside, part) => (inside as Record<string, unknown> | undefined)?.[part], claims)
}
