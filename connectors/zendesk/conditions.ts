/** Conditions of a ticket form: which value of a field makes which other field required. Pure. */
import { readValue } from './kinds.ts'
import type { FormResource } from './payload.ts'

type Requirement = { parent: string; value: string; child: string }

/** Statuses in which we write; a field that is required only to solve a ticket does not concern us. */
const WORKING = ['new', 'open', 'pending', 'hold']

export function requirements({ agent_conditions }: FormResource): Requirement[] {
  return agent_conditions.flatMap(({ parent_field_id: parent, value, child_fields }) =>
    child_fields.flatMap(({ id: child, is_required, required_on_statuses: on }) => {
      const applies = on.type === 'ALL_STATUSES' || on.statuses.some((status) => WORKING.includes(String(status)))
      const held = readValue(value)
      return parent && child && held !== null && is_required && applies ? [{ parent, value: held, child }] : []
    }),
  )
}
