/** What is wrong or odd with a map while it is edited. */
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type MapCheck, type MapDocument, type MapRow, mapCheck } from '../../api.ts'
import { plain } from '../../parts/format.ts'
import { goalsOf, peopleOf } from './rows.ts'

export type Mark = { tone: 'bad' | 'odd'; text: string }

/** Asks the server, at most a few times a second. */
export function useCheck(document: MapDocument): MapCheck | undefined {
  const [calm] = useDebouncedValue(document, 250)
  const { data } = useQuery({ ...mapCheck(calm), enabled: calm.rows.length > 0 })
  return data
}

/** What is said about a row. */
export function useMarks() {
  const { t } = useTranslation()
  return (check: MapCheck | undefined, row: MapRow, index: number): Mark[] => {
    if (!check) return []
    const at = `rows.${index}`
    const names = goalsOf(row).flatMap((goal) => [goal.group, ...peopleOf(goal)])
    const dead = check.dead.filter(({ name }) => names.includes(name))
    return [
      ...check.faults
        .filter(({ path }) => path === at || path.startsWith(`${at}.`))
        .map(({ message }): Mark => ({ tone: 'bad', text: message })),
      ...[...Map.groupBy(dead, ({ name, reason }) => JSON.stringify([name, reason])).values()].map(
        (same): Mark => ({
          tone: 'bad',
          text: `${same[0]!.name} ${same[0]!.reason} (${same.map(({ connection }) => connection).join(', ')})`,
        }),
      ),
      ...(check.findings ?? []).flatMap((finding): Mark[] => {
        if (finding.kind === 'hole' || finding.row !== index + 1) return []
        const [text, rows] =
          finding.kind === 'shadowed'
            ? (['map.shadowed', finding.by] as const)
            : (['map.overlap', finding.with] as const)
        return [{ tone: 'odd', text: t(text, { count: rows.length, rows: listOf(rows) }) }]
      }),
    ]
  }
}

const listOf = (rows: number[]) => rows.slice(0, 8).join(', ') + (rows.length > 8 ? ' …' : '')

/** The values that no row names, by field. */
export function holesOf(check: MapCheck | undefined): { field: string; values: string[] }[] {
  const holes = (check?.findings ?? []).filter((finding) => finding.kind === 'hole')
  return [...Map.groupBy(holes, ({ field }) => field)].map(([field, all]) => ({
    field,
    values: all.map(({ value }) => plain(value)),
  }))
}
