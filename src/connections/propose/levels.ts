/** Levels of urgency and of impact: which of them is the most urgent, and which of ours each one is. Pure. */
import { fold } from '../../contract/index.ts'
import type { Gap } from './types.ts'

/** Names of levels, the most urgent first; of an impact, those that touch most people. */
const LEVELS: string[][] = [
  'Blocker, Highest, Urgent, Critical, Kritisch, Critique, Crítica, Critico, Критический, Критичный, Срочный, Наивысший, Höchste, Sehr hoch, Dringend, Urgente, La plus haute, Maximale, 最高, 緊急, P1, Sev 1, Sev1, S1, 1, Extensive, Widespread, Umfassend, Weitreichend, Généralisé, Étendu, Extenso, Generalizado, Обширное, Повсеместное, Массовое, 全社, 全体, 広範囲, Company, Organisation, Organization, Enterprise, Everyone, Unternehmen, Entreprise, Empresa, Компания',
  'High, Hoch, Haute, Élevée, Élevé, Alta, Alto, Высокий, Высокая, Высокое, Major, Majeure, Majeur, 高, P2, Sev 2, Sev2, S2, 2, Significant, Large, Erheblich, Groß, Important, Significativo, Значительное, Крупное, 大, Department, Site, Abteilung, Standort, Département, Departamento, Отдел, 部門',
  'Medium, Normal, Mittel, Moyenne, Moyen, Normale, Media, Medio, Средний, Средняя, Среднее, Обычный, 中, 通常, P3, Sev 3, Sev3, S3, 3, Moderate, Limited, Mäßig, Begrenzt, Modéré, Limité, Moderado, Limitado, Умеренное, Ограниченное, Multiple, Several, Team, Group, Mehrere, Plusieurs, Varios, Несколько, 複数',
  'Low, Minor, Niedrig, Gering, Basse, Faible, Mineure, Mineur, Baja, Bajo, Menor, Низкий, Низкая, Низкое, 低, P4, Sev 4, Sev4, S4, 4, Localized, Small, Lokal, Localisé, Localizado, Незначительное, Локальное, 小, 軽微, Individual, Single, One, Einzelne, Einzelner, Individuel, Uno, Один, 個人',
  'Lowest, Trivial, Niedrigste, Sehr niedrig, La plus basse, Muy baja, Самый низкий, 最低, P5, Sev 5, Sev5, S5, 5',
].map((names) => names.split(', ').map(fold))

export type Level = { id: string; name: string }

/** Ours from the top down, onto theirs from the top down. */
export function byOrder(
  ours: string[],
  theirs: Level[],
): { values: Record<string, string>; gaps: Gap[]; left: Level[] } {
  const values = Object.fromEntries(ours.slice(0, theirs.length).map((id, i) => [id, theirs[i]!.id]))
  const gaps = ours.slice(theirs.length).map((value) => ({ value, because: `there are only ${theirs.length} levels` }))
  return { values, gaps, left: theirs.slice(ours.length) }
}

/** The levels with the most urgent first; null when their names do not say which end is the top. */
export function topDown(levels: Level[]): Level[] | null {
  const known = levels.flatMap(({ name }, place) => {
    const level = levelOf(name)
    return level === null ? [] : [{ place, level }]
  })
  const pairs = known.flatMap((a) => known.filter((b) => b.place > a.place).map((b) => Math.sign(b.level - a.level)))
  const down = pairs.filter((sign) => sign > 0).length
  const up = pairs.filter((sign) => sign < 0).length
  if (down === up) return null
  // Names in both orders: the list has no order, so it gets the order of the names.
  if (Math.min(down, up) > 0)
    return known.length < levels.length ? null : levels.toSorted((a, b) => levelOf(a.name)! - levelOf(b.name)!)
  return down > up ? levels : levels.toReversed()
}

/** 0: the most urgent; null: the name says nothing. */
export function levelOf(name: string): number | null {
  const folded = fold(name)
  const whole = LEVELS.findIndex((names) => names.includes(folded))
  if (whole >= 0) return whole
  const start = /^(?:p|s|sev|prio|priority|severity)? ?([1-5])\b/.exec(folded)
  if (start) return Number(start[1]) - 1
  const last = LEVELS.findIndex((names) => names.some((known) => folded.split(' ').includes(known)))
  return last < 0 ? null : last
}
