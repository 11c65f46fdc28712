import { type FieldAnswer, type Labels, type Note, type Source, type Taxonomy, valuesOf } from '../contract/index.ts'

export type Explained = {
  values: Labels
  sources: Record<string, Source>
  answers: Record<string, FieldAnswer>
  route: { group: string | null; assignee: string | null; because: string } | null
}

/** The internal note: what was decided, how sure, what else it might be, and how to correct it. Pure. */
export function explain(decision: Explained, taxonomy: Taxonomy, applied: boolean, link: string | null): Note {
  const lines = taxonomy.fields.flatMap((field) => {
    const id = decision.values[field.id]
    if (id === undefined) return []
    const value = valuesOf(field).find((v) => v.id === id)
    return [
      {
        name: field.title ?? field.id,
        text: `${value?.title ?? id} (${howSure(decision, field.id)})${others(decision, field.id)}`,
      },
    ]
  })
  if (decision.route) {
    const who = [decision.route.group, decision.route.assignee].filter(Boolean).join(' / ')
    if (who) lines.push({ name: 'Route', text: `${who}: ${decision.route.because}` })
  }
  lines.push({
    name: 'Wrong?',
    text: applied ? 'Change the field, that is all: we learn from it.' : 'This is a suggestion; nothing was changed.',
  })
  return { title: applied ? 'Sorted by Pointsman' : 'Pointsman suggests', lines, link }
}

function howSure({ sources, answers }: Explained, field: string): string {
  const source = sources[field]
  if (source === 'rule') return 'by a rule'
  if (source === 'human') return 'by a person'
  const said = answers[field]
  const confidence = said?.calibrated ?? said?.raw
  if (confidence === null || confidence === undefined) return 'confidence unknown'
  return `${Math.round(confidence * 100)} %${said?.calibrated === null ? ', not calibrated yet' : ''}`
}

function others({ answers, sources }: Explained, field: string): string {
  if (sources[field] === 'rule' || sources[field] === 'human') return ''
  const next = (answers[field]?.alternatives ?? []).slice(0, 2).filter((a) => a.confidence >= 0.05)
  return next.length > 0 ? `; else ${next.map((a) => `${a.value} ${Math.round(a.confidence * 100)} %`).join(', ')}` : ''
}
