import { useTranslation } from 'react-i18next'

/** What was done, in words: `token.create` is "created a token". What has no words is shown as it is. */
export function useActionName() {
  const { t, i18n } = useTranslation()
  return (action: string) => (i18n.exists(`did.${action}`) ? t(`did.${action as 'erase'}`) : action)
}
