/** What the configured sites are made of: fields with their options, and the targets that name these. */
import { Mapping, type SingleTarget, type Target } from '../../../src/contract/index.ts'
import { CATEGORIES, SERVICES } from '../../configuration.ts'
import type { Matrix, Model, SandboxField, SandboxOption } from './model.ts'

type Names = Record<string, string>

/** Our value -> the id of its option; `optionsOf` gives the options the same ids. */
export const ids = (first: number, names: Names): Names =>
  Object.fromEntries(Object.keys(names).map((value, i) => [value, String(first + i)]))
export const optionsOf = (first: number, names: string[] | Names, where?: string[]): SandboxOption[] =>
  Object.values(names).map((value, i) => ({ id: String(first + i), value, ...(where && { where }) }))

export const field = (
  n: number,
  name: string,
  kind: SandboxField['kind'],
  options: SandboxOption[] = [],
): SandboxField => ({ id: `customfield_${n}`, name, kind, options })
export const at = (n: number, type: string, values: SingleTarget['values'] = {}): SingleTarget => ({
  to: 'field',
  id: `customfield_${n}`,
  type,
  values,
  blank: [],
})

export const CATEGORY = field(10_120, 'Category', 'select', optionsOf(11_200, CATEGORIES))
export const category = at(10_120, 'select', ids(11_200, CATEGORIES))
export const SERVICE = field(10_110, 'Affected service', 'select', optionsOf(11_100, SERVICES))
export const service = at(10_110, 'select', ids(11_100, SERVICES))
export const priority: Target = {
  to: 'priority',
  values: { urgent: '1', high: '2', normal: '3', low: '4' },
  blank: ['3'],
}

/** The account of the nth agent of a sandbox site on Cloud. */
export const agentId = (n: number) => `712020:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

export const people = (site: Model): Partial<Mapping> => ({
  people: Object.fromEntries(site.people.agents.map(({ id, name }) => [name, id])),
})

/** Components for groups, and the agents by their names. */
export const route = (site: Model, place: string | null = null): Partial<Mapping> => {
  const own = site.components.filter(({ archived, project }) => !archived && (project ?? place) === place)
  const groups = Object.fromEntries(own.map(({ id, name }) => [name, id]))
  return { group: { to: 'component', values: {}, blank: [] }, groups, ...people(site) }
}

export const mapped = (fields: Record<string, Target>, rest: Partial<Mapping> = {}): Mapping =>
  Mapping.parse({ fields, ...rest })
export const usual = (fields: Record<string, Target>) => (site: Model) => mapped(fields, route(site))

/** A tree that is cut at different heights. */
export const TREE: SandboxOption[] = [
  { id: '11300', value: 'Home', children: optionsOf(11_301, ['Internet', 'TV']) },
  { id: '11310', value: 'Mobile' },
  { id: '11320', value: 'Business', children: optionsOf(11_321, ['Telephony', 'Hosting', 'E-mail', 'VPN', 'CRM']) },
  { id: '11330', value: 'Billing', children: optionsOf(11_331, ['Invoices', 'Refunds']) },
  { id: '11340', value: 'Account' },
]
export const IN_TREE = {
  internet: '11300/11301',
  tv: '11300/11302',
  mobile: '11310',
  telephony: '11320/11321',
  hosting: '11320/11322',
  email: '11320/11323',
  vpn: '11320/11324',
  crm: '11320/11325',
  billing: ['11330', '11330/11331', '11330/11332'],
  account: '11340',
}

const LEVELS = ['urgent', 'high', 'normal', 'low']
export const IMPACT = field(
  10_150,
  'Impact',
  'select',
  optionsOf(11_500, ['Extensive / Widespread', 'Significant / Large', 'Moderate / Limited', 'Minor / Localized']),
)
export const URGENCY = field(10_151, 'Urgency', 'select', optionsOf(11_510, ['Critical', 'High', 'Medium', 'Low']))
const level = (first: number) => Object.fromEntries(LEVELS.map((value, i) => [value, String(first + i)]))
export const impactAndUrgency: Target = {
  to: 'all',
  parts: [at(10_150, 'select', level(11_500)), at(10_151, 'select', level(11_510))],
}

/** The automation of the site takes the lower of the two levels. */
export const MATRIX: Matrix = {
  fields: [IMPACT.id, URGENCY.id],
  priorities: Object.fromEntries(
    [0, 1, 2, 3].flatMap((impact) =>
      [0, 1, 2, 3].map((urgency) => [`${11_500 + impact} ${11_510 + urgency}`, String(Math.max(impact, urgency) + 1)]),
    ),
  ),
}
