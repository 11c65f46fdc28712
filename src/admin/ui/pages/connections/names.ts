import { useTranslation } from 'react-i18next'

/** `jira` reads as `Jira`. */
export const vendorName = (kind: string) => kind.charAt(0).toUpperCase() + kind.slice(1)

/** The names of what an adapter asks for: in the reader's language where it is known, else as the adapter has it. */
export function usePartName() {
  const { t, i18n } = useTranslation()
  return (name: string) =>
    i18n.exists(`connections.part.${name}`)
      ? t(`connections.part.${name as 'token'}`)
      : name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

/** How a kind of credentials is called. */
export function useCredentialsName() {
  const { t, i18n } = useTranslation()
  return (kind: string) =>
    i18n.exists(`connections.credentials.${kind}`) ? t(`connections.credentials.${kind as 'basic'}`) : kind
}

/** What a filter of an adapter compares. */
export function useFilterName() {
  const { t, i18n } = useTranslation()
  return (filter: string) =>
    i18n.exists(`connections.filter.${filter}`) ? t(`connections.filter.${filter as 'tags'}`) : filter
}
