/** What a reviewer can choose with the keys 1 to 9. Pure. */

type Answered = {
  values: Record<string, string>
  answers: Record<
    string,
    { value: string; confidence: number | null; alternatives: { value: string; confidence: number }[] }
  >
}
type Field = { id: string; values?: { id: string }[] }

/** `digit`: the key that chooses it; null: there are only nine. */
type Choice = { value: string; confidence: number | null; digit: number | null }
export type FieldChoices = { field: string; isDoubtful: boolean; choices: Choice[] }

const DIGITS = 9

/**
 * The fields with their values, each with the decided value first. The keys go to the fields in doubt, in equal shares;
 * where none is in doubt, to all fields. A doubtful field that was answered without alternatives offers the taxonomy's.
 */
export function choicesOf(decision: Answered, doubtful: string[], fields: Field[]): FieldChoices[] {
  const asked = fields.filter(({ id, values }) => (values?.length ?? 0) > 1 && doubtful.includes(id))
  const keyed = asked.length > 0 ? asked : fields.filter(({ values }) => (values?.length ?? 0) > 1)
  let left = DIGITS
  let fieldsLeft = keyed.length
  let digit = 1
  return fields.flatMap((field): FieldChoices[] => {
    const isKeyed = keyed.includes(field)
    const share = isKeyed ? Math.ceil(left / fieldsLeft) : 1
    const choices = valuesFor(decision, field, share).map((choice) => ({ ...choice, digit: isKeyed ? digit++ : null }))
    if (isKeyed) {
      left -= choices.length
      fieldsLeft--
    }
    return choices.length > 0 ? [{ field: field.id, isDoubtful: asked.includes(field), choices }] : []
  })
}

function valuesFor({ values, answers }: Answered, { id, values: all = [] }: Field, most: number) {
  const answer = answers[id]
  const decided = values[id] ?? answer?.value
  const confidenceOf = new Map<string, number | null>(answer?.alternatives.map((one) => [one.value, one.confidence]))
  if (answer) confidenceOf.set(answer.value, answer.confidence)
  const ranked = [...(answer ? [answer.value] : []), ...(answer?.alternatives.map(({ value }) => value) ?? [])]
  const known = new Set([...(decided ? [decided] : []), ...ranked, ...(most > 1 ? all.map((value) => value.id) : [])])
  return [...known].slice(0, Math.max(1, most)).map((value) => ({ value, confidence: confidenceOf.get(value) ?? null }))
}
