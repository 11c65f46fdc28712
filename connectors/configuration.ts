/** A sandbox helpdesk that is set up as a company has it. The adapters' sandboxes define theirs. */
import type { Mapping } from '../src/contract/index.ts'

/** `Site`: the state of the sandbox, which has the ids. */
export type Configuration<Site> = {
  name: string
  about: string
  /**
   * Where this company keeps our fields, groups and people: its agents put them there, and a proposal is right when it
   * says the same. `place`: the project or form of a ticket.
   */
  mapping(site: Site, place: string | null): Mapping
  /** Vendor fields of the nth new ticket, as the customer's form sets them. */
  born?(n: number, site: Site): Record<string, unknown>
  /** The places whose mappings differ (project keys, ids of forms); absent: one mapping serves all. */
  places?(site: Site): string[]
}

/** Our services and categories, as companies call them. */
export const SERVICES: Record<string, string> = {
  internet: 'Internet',
  mobile: 'Mobile',
  tv: 'TV',
  telephony: 'Telephony',
  billing: 'Billing',
  account: 'Account',
  hosting: 'Hosting',
  email: 'E-mail',
  vpn: 'VPN',
  crm: 'CRM',
}
export const CATEGORIES: Record<string, string> = {
  outage: 'Outage',
  degradation: 'Degradation',
  configuration: 'Configuration',
  access: 'Access',
  payment: 'Payment',
  order: 'Order',
  question: 'Question',
  cancellation: 'Cancellation',
}

export const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${name} ${n + 1}`)
