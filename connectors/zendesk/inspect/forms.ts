/** Ticket forms: which fields agents see, and which values make other fields required. */
import type { Connection, Metadata, MetadataField } from '../../../src/contract/index.ts'
import { readValues } from '../../../src/contract/index.ts'
import { someOf } from '../../words.ts'
import { requirements } from '../conditions.ts'
import { places } from '../mapping.ts'
import { BrandResource, FormResource } from '../payload.ts'
import { orUnread, type Reading, readList } from './reading.ts'

/** The forms that the filters let through, and those of the filters that do not exist. */
export type OpenForms = { open: FormResource[]; unknown: string[]; brands: BrandResource[] }

/** null: the account has no forms, or our role may not read them. */
export async function readForms(reading: Reading): Promise<OpenForms | null> {
  const { forms: wanted = [], brands: inBrands = [] } = reading.connection.filters
  const read = await orUnread(
    reading,
    'ticket forms (which fields agents see)',
    readList(reading, 'ticket_forms', 'ticket_forms', FormResource),
  )
  if (!read) return null
  const { items } = read
  const open = items.filter(
    (form) =>
      (wanted.length === 0 ? form.active !== false : wanted.includes(form.id)) &&
      (inBrands.length === 0 ||
        form.in_all_brands !== false ||
        form.restricted_brand_ids.some((id) => inBrands.includes(id))),
  )
  const brands = open.some(({ in_all_brands }) => in_all_brands === false)
    ? await orUnread(reading, 'brands', readList(reading, 'brands', 'brands', BrandResource))
    : null
  const unknown = wanted.filter((id) => read.complete && !items.some((form) => form.id === id))
  return { open, unknown, brands: brands?.items ?? [] }
}

/** A form that lists no field at all is one of an account without forms: it shows every field. */
export function formsWith(forms: OpenForms | null, field: string): string[] {
  const open = forms?.open ?? []
  return open.filter(({ ticket_field_ids: ids }) => ids.length === 0 || ids.includes(field)).map(({ id }) => id)
}

export function shownPlaces(forms: OpenForms | null): Metadata['places'] {
  const open = forms?.open ?? []
  return open.map(({ id, name, in_all_brands, restricted_brand_ids }) => {
    const brands = restricted_brand_ids.map((brand) => {
      const named = forms?.brands.find((known) => known.id === brand)?.name
      return named ? `${named}, ${brand}` : brand
    })
    const only = in_all_brands === false && brands.length > 0 ? ` (brand ${brands.join('; ')})` : ''
    return { id, name: `${name ?? id}${only}` }
  })
}

export function missingForms({ filters }: Connection, forms: OpenForms | null): Metadata['missing'] {
  if (!forms) return []
  const unknown = forms.unknown.map((id) => ({
    what: `the ticket form ${id} of the filters`,
    next: 'Take the id of the form from Zendesk, or remove it from the filters.',
  }))
  const nothing = forms.open.length === 0 && (filters.brands ?? []).length > 0
  return nothing
    ? [...unknown, { what: 'a ticket form of the brands in the filters', next: 'Check the brands of the filters.' }]
    : unknown
}

/** Values of ours that make a field required which we do not write: Zendesk may refuse the update. */
export function requiredByForms(
  { mode, mapping }: Connection,
  forms: OpenForms | null,
  fields: MetadataField[],
): Metadata['missing'] {
  if (mode !== 'automate' || !forms) return []
  const ours = places(mapping).flatMap(({ part }) => (part.to === 'field' ? [part] : []))
  const name = (id: string) => fields.find((field) => field.id === id)?.name ?? id
  const found = forms.open.flatMap((form) =>
    requirements(form)
      .filter(({ child }) => !ours.some(({ id }) => id === child))
      .filter(({ parent, value }) =>
        ours.some((part) => part.id === parent && readValues(part).some(({ raw }) => raw === value)),
      )
      .map((one) => ({ ...one, form: form.name ?? form.id })),
  )
  const groups = Map.groupBy(found, ({ child, parent }) => `${child} ${parent}`)
  return [...groups.values()].map((group) => {
    const { child, parent } = group[0]!
    const names = [...new Set(group.map((one) => one.form))]
    const which = names.length > 1 ? `the forms ${someOf(names)} require` : `the form ${names[0]} requires`
    const values = someOf(group.map(({ value }) => value))
    return {
      what: `${name(child)} (${child}), which ${which} when ${name(parent)} is ${values}`,
      next: `Map a field to ${name(child)} too, or require it only when a ticket is solved.`,
    }
  })
}
