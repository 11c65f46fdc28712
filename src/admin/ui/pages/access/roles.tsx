/** What each role may do, side by side. */
import { Paper } from '@mantine/core'
import { CheckIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { FaultText } from '../../parts/fault.tsx'
import { plain } from '../../parts/format.ts'
import { roles } from './queries.ts'

export function Roles() {
  const { t, i18n } = useTranslation()
  const { data, error } = useQuery(roles)
  if (error) return <FaultText error={error} />
  const items = data?.items ?? []
  const permissions = [...new Set(items.flatMap(({ may }) => may))]
  const nameOf = (permission: string) =>
    i18n.exists(`access.may.${permission}`) ? t(`access.may.${permission as 'read'}`) : plain(permission)
  return (
    <Paper component="section" className="card access" aria-label={t('access.roles')}>
      <p className="dim">{t('access.rolesHint')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
      <section className="allowed" tabIndex={0} aria-label={t('access.allowed')}>
        <table>
          <thead>
            <tr>
              <td />
              {items.map(({ role }) => (
                <th key={role} scope="col">
                  {t(`role.${role}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {permissions.map((permission) => (
              <tr key={permission}>
                <th scope="row">{nameOf(permission)}</th>
                {items.map(({ role, may }) => (
                  <td key={role}>
                    {may.includes(permission) ? (
                      <CheckIcon aria-label={t('access.yes')} />
                    ) : (
                      <span className="dim" aria-label={t('access.no')} role="img">
                        ·
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Paper>
  )
}
