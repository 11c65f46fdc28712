/** What the helpdesks have for a field: their options beside our values, and the ones that no value has. */
import { Badge, Button, Group, Paper, Select } from '@mantine/core'
import { PlusIcon, SyncIcon } from '@primer/octicons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said, useMay } from '../../api.ts'
import { FaultText, showFault } from '../../parts/fault.tsx'
import { plain } from '../../parts/format.ts'
import { tell } from '../../parts/tell.ts'
import { type Connection, compare, patchFor } from './options.ts'
import type { Field } from './use-draft.ts'

type Props = {
  field: Extract<Field, { values: unknown }>
  /** Absent: nothing can be changed. */
  add: ((name: string, id: string) => void) | undefined
}

export function Helpdesks({ field, add }: Props) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState(false)
  const { data, error, isFetching } = useQuery({
    queryKey: ['connections', 'list'],
    queryFn: () => said(api.connections.$get()),
    enabled: asked,
  })
  return (
    <Paper component="section" className="card" aria-label={t('taxonomy.helpdesks')}>
      <Group justify="space-between">
        <div>
          <h2>{t('taxonomy.helpdesks')}</h2>
          <p className="dim">{t('taxonomy.helpdesksHint')}</p>
        </div>
        {!asked && (
          <Button variant="default" leftSection={<SyncIcon />} onClick={() => setAsked(true)}>
            {t('taxonomy.compare')}
          </Button>
        )}
      </Group>
      {error && <FaultText error={error} />}
      {asked && isFetching && !data && <p className="dim">{t('taxonomy.reading')}</p>}
      {data?.items.length === 0 && <p className="dim">{t('taxonomy.noConnection')}</p>}
      {data?.items.map((connection) => (
        <Desk key={connection.id} connection={connection} field={field} add={add} />
      ))}
    </Paper>
  )
}

function Desk({ connection, field, add }: Props & { connection: Connection }) {
  const { t } = useTranslation()
  const { name, mapping } = connection
  const target = mapping.fields[field.id]
  const { data, error } = useQuery({
    queryKey: ['connections', 'metadata', name],
    queryFn: () => said(api.connections[':name'].metadata.$get({ param: { name }, query: {} })),
    staleTime: 60_000,
  })
  if (error) return <FaultText error={error} />
  if (!data) return <p className="dim">{t('taxonomy.reading')}</p>
  const values = field.values.map(({ id }) => id)
  const compared = compare(target, data, values)
  return (
    <div className="desk">
      <h3>
        {name}
        {compared && `: ${compared.place}`}
      </h3>
      {!compared && <p className="dim">{t(target ? 'taxonomy.noOptions' : 'taxonomy.notMapped')}</p>}
      {compared && (
        <ul className="lines">
          {compared.unknown.map(({ id, name: option }) => (
            <li key={id}>
              <Badge color="orange">{t('taxonomy.unknownOption')}</Badge>
              <b className="cut">{option}</b>
              <span className="spacer" />
              {target && compared.isSingle && (
                <Same connection={connection} field={field} target={target} option={{ id, name: option }} />
              )}
              {add && (
                <Button
                  variant="subtle"
                  size="compact-sm"
                  leftSection={<PlusIcon />}
                  onClick={() => add(option, id)}
                  aria-label={t('taxonomy.addOption', { name: option })}
                >
                  {t('taxonomy.addAsValue')}
                </Button>
              )}
            </li>
          ))}
          {compared.without.length > 0 && (
            <li>
              <Badge color="gray">{t('taxonomy.withoutOption')}</Badge>
              <span>{compared.without.map(plain).join(', ')}</span>
            </li>
          )}
          {[...compared.known].map(([value, names]) => (
            <li key={value}>
              <span className="field">{plain(value)}</span>
              <span className="dim">{names.join(', ')}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

type SameProps = {
  connection: Connection
  field: Props['field']
  target: Connection['mapping']['fields'][string]
  option: { id: string; name: string }
}

/** Reads the option as one of the values in use: a change of the connection, for an admin. */
function Same({ connection: { name, tag }, field, target, option }: SameProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const mayAdminister = useMay('administer')
  const save = useMutation({
    mutationFn: (value: string) =>
      said(
        api.connections[':name'].$patch({
          header: { 'if-match': tag },
          param: { name },
          query: {},
          json: patchFor(field.id, target, value, option.id),
        }),
      ),
    onSuccess: (_, value) => {
      tell(t('taxonomy.readAs', { option: option.name, value: plain(value) }))
      return client.invalidateQueries({ queryKey: ['connections'] })
    },
    onError: showFault,
  })
  if (!mayAdminister) return null
  return (
    <Select
      size="xs"
      w={150}
      aria-label={t('taxonomy.sameAs', { name: option.name })}
      placeholder={t('taxonomy.same')}
      data={field.values.map(({ id, title }) => ({ value: id, label: title ?? plain(id) }))}
      value={null}
      onChange={(value) => value && save.mutate(value)}
      disabled={save.isPending}
      searchable
    />
  )
}
