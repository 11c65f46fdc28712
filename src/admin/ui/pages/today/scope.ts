import { useTranslation } from 'react-i18next'
import { plain, useFieldName } from '../../parts/format.ts'

type Scope = { connection?: string | null; field?: string | null; value?: string | null }

/** What a pause holds, in words. */
export function useScopeName(): (scope: Scope) => string {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  return ({ connection, field, value }) => {
    const parts = [
      connection && t('pause.connectionOf', { name: connection }),
      field && [nameOf(field), value && plain(value)].filter(Boolean).join(': '),
    ]
    return parts.filter(Boolean).join(', ') || t('pause.everything')
  }
}
