/** What people call the fields, in six languages. A name alone never proposes: it breaks ties, and it asks. Pure. */
import { fold, type TaxonomyField } from '../../contract/index.ts'
import { isUnspaced, wordsOf } from './fold.ts'

const NAMES: Record<string, string> = {
  service:
    'product, service, application, system, area, module, Produkt, Dienst, Anwendung, produit, producto, servicio, продукт, услуга, сервис, система, 製品, サービス',
  category:
    'category, type, reason, topic, subject, Kategorie, Grund, Anliegen, catégorie, motif, categoría, motivo, категория, тип, причина, тема, カテゴリ, 問い合わせ種別',
  priority:
    'priority, urgency, severity, Priorität, Dringlichkeit, priorité, urgence, prioridad, urgencia, приоритет, срочность, 優先度, 緊急度',
  group:
    'team, group, queue, department, assignment group, Team, Gruppe, Abteilung, équipe, groupe, equipo, grupo, группа, отдел, команда, チーム, 担当グループ',
  impact: 'impact, Auswirkung, impacto, влияние, 影響度',
  urgency: 'urgency, Dringlichkeit, urgence, urgencia, срочность, 緊急度',
}

/** Does the name of a vendor's field say that it is this? `what`: `service`, `category`, `priority`, `group`, `impact`. */
export function isNamed(what: string, name: string): boolean {
  const known = Object.hasOwn(NAMES, what) ? NAMES[what]!.split(', ') : []
  return known.some((one) => holds(name, one))
}

/** Does the name of a vendor's field say that it is this field of ours: by what it is, its id or its title? */
export function isNamedLike(field: TaxonomyField, name: string): boolean {
  const own = [field.id, ...(field.title ? [field.title] : [])]
  const kind = Object.keys(NAMES).find((what) => own.some((one) => fold(one) === what || isNamed(what, one)))
  return own.some((one) => holds(name, one)) || (kind !== undefined && isNamed(kind, name))
}

/** Is this field of ours the priority: do its values have an order of urgency? */
export function isPriority(field: TaxonomyField): boolean {
  return (
    field.kind === 'choice' &&
    [field.id, field.title ?? ''].some((name) => fold(name) !== '' && isNamed('priority', name))
  )
}

function holds(name: string, part: string): boolean {
  if (isUnspaced(part)) return fold(name).includes(fold(part))
  const words = wordsOf(name)
  return wordsOf(part).every((word) => words.includes(word))
}
