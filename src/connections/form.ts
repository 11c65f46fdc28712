/** What a person is asked for a new connection, as the adapter's schemas say. For the page and the terminal. Pure. */
import { z } from 'zod'
import type { Connector, Vendor, WebhookSetup } from '../contract/index.ts'

export type AdapterForm = {
  kind: Vendor
  /** Settings with a short list of choices, such as the edition. Others have a default and can be changed later. */
  settings: { name: string; choices: string[]; default: string }[]
  /** The kinds of credentials, each with its parts; `secret`: it is not shown while it is typed. */
  credentials: { kind: string; parts: { name: string; secret: boolean; optional: boolean }[] }[]
  /** The filter that limits a connection to some projects or forms; null: there is none. */
  places: string | null
  webhook: Pick<WebhookSetup, 'secretFrom' | 'byHand'> | null
}

/** What `Metadata.places` are, as entries of a ticket's place. */
const PLACES = ['project', 'form']

/** The filter of an adapter that limits a connection to some of `Metadata.places`; null: there is none. */
export function placeFilter({ filters }: Pick<Connector, 'filters'>): string | null {
  return Object.keys(filters).find((one) => PLACES.includes(filters[one]!.place)) ?? null
}

export function formOf({ kind, settings, credentials, filters, webhook }: Connector): AdapterForm {
  return {
    kind,
    settings: Object.entries(settings.shape).flatMap(([name, part]) => {
      if (!(part instanceof z.ZodDefault) || !(part.unwrap() instanceof z.ZodEnum)) return []
      const choices = (part.unwrap() as z.ZodEnum).options.map(String)
      return [{ name, choices, default: String(part.def.defaultValue) }]
    }),
    credentials: credentials.options.map(({ shape }) => ({
      kind: shape.kind.value,
      parts: Object.entries(shape)
        .filter(([name]) => name !== 'kind')
        .map(([name, part]) => ({
          name,
          secret: /token$|secret|password|pin/i.test(name),
          optional: (part as z.ZodType).isOptional(),
        })),
    })),
    places: placeFilter({ filters }),
    webhook: webhook ? { secretFrom: webhook.secretFrom, byHand: webhook.byHand } : null,
  }
}
