/** What differs between two versions of the taxonomy or the rules, each with its place. */
import { useTranslation } from 'react-i18next'
import type { diff } from '../../../../policy/diff.ts'
import { plain, useFieldName } from '../format.ts'
import './words.ts'

export function PolicyChanges({ changes }: { changes: ReturnType<typeof diff> }) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  return changes.map(({ path, change, from, to }) => {
    const [place = '', property] = splitPath(path)
    const [first = '', ...rest] = place.split('/')
    return (
      <div className="change" key={path + change}>
        <b>
          {[first === 'fields' || first === 'rules' ? t(`policy.${first}`) : nameOf(first), ...rest.map(plain)].join(
            ' · ',
          )}
        </b>{' '}
        <span className="dim">{t(`draft.${change}`)}</span>
        {property && (
          <div>
            <span className="dim">{t('policy.property', { property: plain(property) })}</span>{' '}
            {isShown(from) && <span className="was">{inWords(from)}</span>} {isShown(to) && <span>{inWords(to)}</span>}
          </div>
        )}
      </div>
    )
  })
}

function splitPath(path: string): [string, string?] {
  const dot = path.lastIndexOf('.')
  return dot < 0 ? [path] : [path.slice(0, dot), path.slice(dot + 1)]
}

const isShown = (value: unknown) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)

/** Values as a person would say them; what has parts, by its parts. */
function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join(', ')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, part]) => `${name}: ${inWords(part)}`)
      .join('; ')
  return String(value)
}
