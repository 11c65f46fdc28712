/** What only a Zendesk connection has: its kinds of credentials and its filters. */
import { z } from 'zod'
import { BasicCredentials, BearerCredentials, type Filter, OAuthCredentials } from '../../src/contract/index.ts'

/** What lasts comes first: `basic` is an e-mail address and an API token, which Zendesk stops accepting on 2027-04-30. */
export const credentials = z.discriminatedUnion('kind', [OAuthCredentials, BearerCredentials, BasicCredentials])

export const settings = z.object({})

export const filters: Record<string, Filter> = {
  /** Brand ids. */
  brands: { place: 'brand', label: 'brand' },
  /** Ticket form ids. */
  forms: { place: 'form', label: 'form' },
  /** Values of `via.channel`. */
  channels: { place: 'channel', label: 'channel' },
  tags: { place: 'tags', label: 'tag', several: true },
  withoutTags: { place: 'tags', label: 'tag', exclude: true },
}
