/** How many of the last tickets a map that is not saved would move. */
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, type MapDocument, said } from '../../api.ts'
import { useFormat } from '../../parts/format.ts'
import { LAST } from './preview.tsx'

export function Moved({ map }: { map: MapDocument }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [document] = useDebouncedValue(map, 400)
  const { data } = useQuery({
    queryKey: ['map', 'moved', document],
    queryFn: () =>
      said(api['routing-map'].draft.preview.$post({ json: { last: LAST, examples: { limit: 0 }, document } })),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })
  if (data?.kind !== 'sample' || data.sampled === 0) return null
  const of = format.number(data.sampled)
  return (
    <div className="dim">
      {data.changed > 0 ? t('map.moved', { moved: format.number(data.changed), of }) : t('map.movedNone', { of })}
    </div>
  )
}
