import { describe, expect, test } from 'vitest'
import { nameOf, roleOf } from './claims.ts'

const roles = [
  { role: 'admin' as const, group: 'cn=it,ou=groups' },
  { role: 'reviewer' as const, group: 'support' },
]

describe('the role', () => {
  test.each([
    ['of the first entry that fits', 'groups', { groups: ['support', 'cn=it,ou=groups'] }, 'admin'],
    ['of a single group', 'groups', { groups: 'support' }, 'reviewer'],
    ['of a claim inside a claim', 'realm_access.roles', { realm_access: { roles: ['support'] } }, 'reviewer'],
    [
      'of a claim with dots in its name',
      'https://example.com/roles',
      { 'https://example.com/roles': ['support'] },
      'reviewer',
    ],
    ['of names with more about them', 'roles', { roles: { support: { org: 1 } } }, 'reviewer'],
    ['of another case of letters is none', 'groups', { groups: ['Support'] }, null],
    ['of no claim is none', 'groups', {}, null],
    ['of an odd claim is none', 'groups', { groups: [1, null] }, null],
    ['of a claim inside a text is none', 'groups.x', { groups: 'support' }, null],
  ])('%s', (_, rolesClaim, claims, role) => {
    expect(roleOf({ sub: '1', ...claims }, { roles, rolesClaim })).toBe(role)
  })

  test('of everybody is what the star says', () => {
    const all = [...roles, { role: 'viewer' as const, group: '*' }]
    expect(roleOf({ sub: '1' }, { roles: all, rolesClaim: 'groups' })).toBe('viewer')
  })
})

test.each([
  [{ email: 'ann@example.com' }, 'ann@example.com'],
  [{ email: 'boss@example.com', email_verified: false, preferred_username: 'ann' }, 'ann'],
  [{ email: ' ' }, '1'],
])('the name in %j is %s', (claims, name) => {
  expect(nameOf({ sub: '1', ...claims }, { nameClaim: 'email' })).toBe(name)
})
