/** Makes a token, and shows it: this once. */
import { Alert, Button, Code, CopyButton, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { CheckIcon, CopyIcon } from '@primer/octicons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { roles, type Token } from './queries.ts'

export function CreateToken({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data: known } = useQuery(roles)
  const [name, setName] = useState('')
  const [role, setRole] = useState<Token['role']>('viewer')
  const create = useMutation({
    mutationFn: () => said(api.tokens.$post({ json: { name: name.trim(), role } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['access'] }),
  })
  return (
    <Modal
      opened
      onClose={close}
      title={t(create.data ? 'access.made' : 'access.create')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      closeOnClickOutside={!create.data}
      centered
    >
      {create.data ? (
        <Made {...create.data} close={close} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            create.mutate()
          }}
        >
          <Stack gap="sm">
            <TextInput
              label={t('access.name')}
              description={t('access.nameHint')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              maxLength={120}
              required
              data-autofocus
            />
            <Select
              label={t('access.role')}
              description={t(`access.roleHint.${role}`)}
              inputWrapperOrder={['label', 'input', 'description']}
              data={(known?.items ?? []).map((each) => ({ value: each.role, label: t(`role.${each.role}`) }))}
              value={role}
              onChange={(value) => value && setRole(value as Token['role'])}
              allowDeselect={false}
            />
            {create.error && <FaultText error={create.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('common.cancel')}
              </Button>
              <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
                {t('access.make')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}

function Made({ name, role, token, close }: { name: string; role: Token['role']; token: string; close: () => void }) {
  const { t } = useTranslation()
  return (
    <Stack gap="sm">
      <Text size="sm">{t('access.madeFor', { name, role: t(`role.${role}`) })}</Text>
      <Code block className="secret">
        {token}
      </Code>
      <Alert color="yellow" variant="light">
        {t('access.once')}
      </Alert>
      <Group justify="flex-end">
        <CopyButton value={token}>
          {({ copied, copy }) => (
            <Button variant="default" leftSection={copied ? <CheckIcon /> : <CopyIcon />} onClick={copy} data-autofocus>
              {t(copied ? 'common.copied' : 'access.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={close}>{t('access.done')}</Button>
      </Group>
    </Stack>
  )
}
