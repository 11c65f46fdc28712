/** The map as a file: to keep in git, and to carry from one installation to another. */
import { Button, FileButton, Group } from '@mantine/core'
import { DownloadIcon, UploadIcon } from '@primer/octicons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'
import { tell } from '../../parts/tell.ts'

type Props = { tag: string; refresh: () => Promise<void>; mayEdit: boolean }

export function FileMenu({ tag, refresh, mayEdit }: Props) {
  const { t } = useTranslation()
  const read = useMutation({
    mutationFn: async (file: File) =>
      said(api['routing-map'].draft.import.$post({ header: { 'if-match': tag }, json: { yaml: await file.text() } })),
    onSuccess: () => tell(t('map.imported')),
    onError: showFault,
    onSettled: refresh,
  })
  return (
    <Group gap="xs" className="mapfile">
      <Button
        component="a"
        href="/api/v1/routing-map/export"
        download
        variant="subtle"
        size="compact-sm"
        leftSection={<DownloadIcon />}
      >
        {t('map.export')}
      </Button>
      {mayEdit && (
        <FileButton onChange={(file) => file && read.mutate(file)} accept=".yaml,.yml,application/yaml">
          {(props) => (
            <Button {...props} variant="subtle" size="compact-sm" leftSection={<UploadIcon />} loading={read.isPending}>
              {t('map.import')}
            </Button>
          )}
        </FileButton>
      )}
    </Group>
  )
}
