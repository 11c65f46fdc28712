/** What the API says of a connection. */
import { z } from '@hono/zod-openapi'
import { ConnectionSettings, Filters, Mapping, Mode } from '../../contract/index.ts'
import { Tag } from './route-helpers.ts'

export const ConnectionShown = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: z.string(),
    baseUrl: z.string(),
    mode: Mode,
    credentials: z.object({ kind: z.string(), email: z.string().optional() }),
    secrets: z.array(z.object({ kind: z.string(), header: z.string().optional() })),
    mapping: Mapping,
    filters: Filters,
    settings: ConnectionSettings,
    selfId: z
      .string()
      .nullable()
      .openapi({ description: 'Our own account in the helpdesk; null until the connection was tested.' }),
    pausedUntil: z.iso.datetime().nullable().openapi({ description: 'The helpdesk asked for no call until then.' }),
    webhookUrl: z.string().nullable().openapi({ description: 'Where its webhook goes; null: PUBLIC_URL is not set.' }),
    tag: Tag,
  })
  .openapi('Connection')

const Named = z.object({ id: z.string(), name: z.string() })
const Choice = Named.extend({ active: z.boolean().optional(), where: z.array(z.string()).optional() })
export const MetadataShown = z
  .object({
    self: Named.extend({ email: z.string().optional() }),
    places: z.array(Named).openapi({ description: 'The projects or forms that the filters let through.' }),
    fields: z.array(
      Named.extend({
        type: z.string(),
        writeAs: z.array(z.string()).openapi({ description: 'How a mapping can write it; empty: not at all.' }),
        never: z.string().optional().openapi({ description: 'Why it must never be written.' }),
        active: z.boolean(),
        successor: z.string().optional(),
        where: z.array(z.string()),
        required: z.boolean(),
        defaults: z.record(z.string(), z.string()),
        options: z.array(Choice.extend({ children: z.array(Choice).optional() })),
        optionsComplete: z.boolean(),
      }),
    ),
    priorities: z.array(
      Named.extend({ isDefault: z.boolean(), where: z.array(z.string()), defaultIn: z.array(z.string()) }),
    ),
    components: z.array(Named.extend({ project: z.string(), active: z.boolean(), assignee: z.string().nullable() })),
    groups: z.array(Named.extend({ active: z.boolean(), private: z.boolean() })),
    people: z.array(
      Named.extend({
        email: z.string().optional(),
        active: z.boolean(),
        groups: z.array(z.string()),
        problem: z.object({ message: z.string(), next: z.string() }).optional(),
      }),
    ),
    peopleComplete: z.boolean(),
    givenTo: z
      .array(Named.extend({ kind: z.enum(['assignee', 'group']), why: z.string(), every: z.literal(true).optional() }))
      .openapi({
        description: 'Accounts and groups that new tickets get without a choice by anybody; every: all new tickets do.',
      }),
    unread: z.array(z.string()).openapi({ description: 'What could not be read; checks say nothing about it.' }),
    missing: z.array(z.object({ what: z.string(), next: z.string() })),
  })
  .openapi('Metadata')

export const ConnectionSaved = ConnectionShown.extend({
  missing: MetadataShown.shape.missing.openapi({
    description: 'Permissions that the mode needs and our account lacks.',
  }),
  unread: MetadataShown.shape.unread,
}).openapi('ConnectionSaved')
