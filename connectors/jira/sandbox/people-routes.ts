/** The API: people. */
import type { Hono } from 'hono'
import type { Model } from './model.ts'
import { everyone, personJson } from './people.ts'
import { projectAt } from './screen-routes.ts'
import { VendorError } from './store.ts'

/** Jira searches the first thousand users and drops those of them that do not fit. */
const SEARCHED = 1000

export function peopleRoutes(app: Hono, model: Model): void {
  const { self } = model.people
  app.get('/myself', (c) => c.json({ ...personJson(model, self.id), emailAddress: self.email }))
  app.get('/user/assignable/search', (c) => c.json(assignable(model, c.req.query())))
  app.get('/users/search', (c) => c.json(range(model, c.req.query())))
  app.get('/user/search', (c) => c.json(range(model, c.req.query())))
  app.get('/user', (c) => {
    const { key, accountId, username } = c.req.query()
    const person = everyone(model).find((one) => (key ? one.key === key : one.id === (accountId ?? username)))
    if (!person) throw new VendorError(404, {}, ['The user does not exist.'])
    return c.json(personJson(model, person.id))
  })
}

function assignable(model: Model, query: Record<string, string>) {
  projectAt(model, query.project ?? '')
  const all = [...Array.from({ length: model.crowd }, () => null), ...listed(model)]
  const asked = query.accountId ?? query.username
  if (asked !== undefined)
    return listed(model)
      .filter(({ id }) => id === asked)
      .map(({ id }) => personJson(model, id))
  const start = Number(query.startAt ?? 0)
  const end = Math.min(start + Number(query.maxResults ?? 50), SEARCHED)
  return all.slice(start, end).flatMap((person) => (person ? [personJson(model, person.id)] : []))
}

/** Whom the assignee box offers: on Cloud also accounts of the portal, which are refused later. */
function listed({ people }: Model) {
  return [...people.agents, ...people.others.filter(({ type, portal }) => type === 'customer' && portal)]
}

function range(model: Model, { startAt = '0', maxResults = '50' }: Record<string, string>) {
  const all = [...Array.from({ length: model.crowd }, (_, n) => ({ accountId: `crowd:${n}`, name: `crowd:${n}` }))]
  const everybody = [...all, ...everyone(model).map(({ id }) => personJson(model, id))]
  return everybody.slice(Number(startAt), Number(startAt) + Number(maxResults))
}
