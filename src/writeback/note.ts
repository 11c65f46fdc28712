import { type FieldAnswer, type Labels, type Note, type Source, type Taxonomy, valuesOf } from '../contract/index.ts'

/** The parts of a decision that a note explains. */
export type Explained = {
  values: Labels
  sources: Record<string, Source>
  answers: Record<string, FieldAnswer>
  route: { group: string | null; assignee: string | null; because: string } | null
}

/** `refused`: the helpdesk took none of the fields. */
export type Outcome = 'applied' | 'suggested' | 'refused'

const TITLES: Record<Outcome, string> = {
  applied: 'Sorted by Pointsman',
  suggested: 'Pointsman suggests',
  refused: 'Pointsman could not write this',
}

const LAST: Record<Outcome, { name: string; text: string }> = {
  applied: { name: 'Wrong?', text: 'Change the field in this ticket; Pointsman learns from it.' },
  suggested: { name: 'Wrong?', text: 'This is only a suggestion; nothing was changed.' },
  refused: { name: 'Next', text: 'Nothing was changed: set the fields by hand.' },
}

/** The internal note for agents: the values with their confidence, the alternatives, the route, and how to correct it. Pure. */
export function explain(
  decision: Explained,
  taxonomy: Taxonomy,
  outcome: Outcome,
  link: string | null,
  heldBack: Record<string, string> = {},
): Note {
  const lines = taxonomy.fields.flatMap((field) => {
    const id = decision.values[field.id]
    if (id === undefined) return []
    const value = valuesOf(field).find((v) => v.id === id)
    return [
      {
        name: field.title ?? field.id,
        text: `${value?.title ?? id} (${confidenceOf(decision, field.id)})${alternativesOf(decision, field.id)}`,
      },
    ]
  })
  if (decision.route) {
    const who = [decision.route.group, decision.route.assignee].filter(Boolean).join(' / ')
    if (who) lines.push({ name: 'Route', text: `${who}: ${decision.route.because}` })
  }
  const left = outcome !== 'suggested' ? Object.entries(heldBack).map(([field, why]) => `${field} (${why})`) : []
  if (left.length > 0) lines.push({ name: 'Not changed', text: left.join('; ') })
  lines.push(LAST[outcome])
  return { title: TITLES[outcome], lines, link }
}

/** The internal note for agents when a person has our values taken back. Pure. */
export function explainRevert(
  { set, heldBack }: { set: Labels; heldBack: Record<string, string> },
  taxonomy: Taxonomy,
  actor: string | null,
  link: string | null,
): Note {
  const titleOf = (id: string) => taxonomy.fields.find((field) => field.id === id)?.title ?? id
  const lines = Object.entries(set).map(([id, value]) => ({ name: titleOf(id), text: value || 'empty, as before' }))
  const left = Object.entries(heldBack).map(([field, why]) => `${field} (${why})`)
  if (left.length > 0) lines.push({ name: 'Not changed', text: left.join('; ') })
  lines.push({ name: 'Why', text: `${actor ?? 'A person'} took back what Pointsman had written.` })
  return { title: 'Pointsman put back the earlier values', lines, link }
}

function confidenceOf({ sources, answers }: Explained, field: string): string {
  const source = sources[field]
  if (source === 'rule') return 'by a rule'
  if (source === 'human') return 'by a person'
  const answer = answers[field]
  const confidence = answer?.calibrated ?? answer?.raw
  if (confidence === null || confidence === undefined) return 'confidence unknown'
  return `${percent(confidence)}${answer?.calibrated === null ? ', not calibrated yet' : ''}`
}

function alternativesOf({ answers, sources }: Explained, field: string): string {
  if (sources[field] === 'rule' || sources[field] === 'human') return ''
  const next = (answers[field]?.alternatives ?? []).slice(0, 2).filter((a) => a.confidence >= 0.05)
  return next.length > 0 ? `; or ${next.map((a) => `${a.value} (${percent(a.confidence)})`).join(', ')}` : ''
}

/** Only a confidence of 1 is shown as 100 %. */
const percent = (confidence: number) => `${confidence < 1 ? Math.min(99, Math.round(confidence * 100)) : 100} %`
