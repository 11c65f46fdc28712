/** People in the shapes of Jira's answers. */
import type { Model, SandboxPerson } from './model.ts'

export type Version = 2 | 3

export function personJson(model: Model, id: string | null | undefined): Record<string, unknown> | null {
  const person = everyone(model).find((one) => one.id === id)
  if (!person) return null
  const shared = { displayName: person.name, active: true, timeZone: 'Etc/UTC' }
  if (model.edition === 'datacenter') {
    const self = `${model.baseUrl}/rest/api/2/user?username=${encodeURIComponent(person.id)}`
    return { self, name: person.id, key: person.key, emailAddress: person.email, ...shared }
  }
  const self = `${model.baseUrl}/rest/api/2/user?accountId=${encodeURIComponent(person.id)}`
  return { self, accountId: person.id, ...shared, accountType: person.type }
}

export function everyone({ people }: Model): SandboxPerson[] {
  return [people.self, ...people.agents, ...people.others]
}
