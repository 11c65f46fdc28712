import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, client, said, type Trust } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'
import { tell } from '../../parts/tell.ts'

export type TrustedField = Trust['fields'][number]
export type Standing = TrustedField['values'][number]

type Settings = {
  mode?: 'observe' | 'suggest' | 'automate'
  settings?: {
    promotion?: Trust['promotion']
    precisions?: Record<string, number | null>
    thresholds?: Record<string, null>
    modes?: Record<string, Trust['mode'] | null>
  }
}

/** Changes settings of the connection; what is null goes back to the general one. */
export function useChange(connection: string) {
  const { t } = useTranslation()
  return useMutation({
    mutationFn: (json: Settings) =>
      said(
        api.connections[':name'].$patch({ param: { name: connection }, query: {}, header: {}, json: json as never }),
      ),
    onSuccess: () => tell(t('trust.saved')),
    onError: showFault,
    onSettled: () => client.invalidateQueries({ queryKey: ['live', 'trust'] }),
  })
}
