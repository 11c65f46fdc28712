/** A new connection: which helpdesk, where it is and how we sign in. It is saved at once, and only observes. */
import { Button, Group, Paper, SegmentedControl, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { AccessFields, accessOf, faultAt, newAccess } from './access.tsx'
import { vendorName } from './names.ts'
import { type Adapter, adapters, connections } from './queries.ts'
import './words.ts'
import './connections.css'

const route = getRouteApi('/inside/connections/new')

export function NewConnection() {
  const { t } = useTranslation()
  const { data } = useSuspenseQuery(adapters)
  const { kind } = route.useSearch()
  const navigate = route.useNavigate()
  const adapter = data.items.find((one) => one.kind === kind) ?? data.items[0]!
  return (
    <div className="page">
      <div className="head">
        <h1>{t('connections.newTitle')}</h1>
      </div>
      <Paper component="section" className="card form">
        <Stack gap="md">
          <SegmentedControl
            aria-label={t('connections.which')}
            value={adapter.kind}
            onChange={(value) => void navigate({ search: { kind: value }, replace: true })}
            data={data.items.map((one) => ({ value: one.kind, label: vendorName(one.kind) }))}
          />
          <Form key={adapter.kind} adapter={adapter} />
        </Stack>
      </Paper>
    </div>
  )
}

function Form({ adapter }: { adapter: Adapter }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { data } = useSuspenseQuery(connections)
  const [access, setAccess] = useState(() => newAccess(adapter))
  const [name, setName] = useState(() =>
    freeName(
      adapter.kind,
      data.items.map((one) => one.name),
    ),
  )
  const save = useMutation({
    mutationFn: () =>
      said(api.connections.$post({ query: {}, json: { name, kind: adapter.kind, ...accessOf(adapter, access) } })),
    async onSuccess(made) {
      await client.invalidateQueries({ queryKey: ['connections'] })
      await navigate({ to: '/connections/$name', params: { name: made.name } })
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Stack gap="sm">
        <AccessFields adapter={adapter} value={access} onChange={setAccess} error={save.error} />
        <TextInput
          label={t('connections.name')}
          description={t('connections.nameHint', { name })}
          value={name}
          onChange={(event) => setName(event.currentTarget.value.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-'))}
          error={faultAt(save.error, 'name')}
          required
          withAsterisk={false}
        />
        <p className="dim">{t('connections.savedAtOnce', { desk: vendorName(adapter.kind) })}</p>
        {save.error !== null && <FaultText error={save.error} />}
        <Group justify="flex-end">
          <Button component={Link} to="/connections" variant="default">
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('connections.connect')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** `jira`, or `jira-2` when there is one. */
function freeName(kind: string, taken: string[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? kind : `${kind}-${n}`
    if (!taken.includes(name)) return name
  }
}
