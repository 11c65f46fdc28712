/** The proposed mapping: what goes where, why, what has no match, and what it would have done to real tickets. */
import { Alert, Button, Group, Select, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, said } from '../../api.ts'
import { FaultText } from '../../parts/fault.tsx'
import { Missing } from './missing.tsx'
import { Nothing, OneProposal, People } from './proposal.tsx'
import { type Connection, type Proposal, type Proposals, proposals as proposalsOf } from './queries.ts'
import { useChange } from './use-change.ts'

type Props = { one: Connection; found: Proposals; saved: () => void; close?: (() => void) | undefined }

export function ProposalList({ one, found, saved, close }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [taken, setTaken] = useState(
    () => new Set(found.proposals.filter(({ confidence }) => confidence === 'propose').map(({ path }) => path)),
  )
  const save = useMutation({
    mutationFn: () => {
      const accepted = found.proposals.filter(({ path }) => taken.has(path))
      return said(
        api.connections[':name'].$put({
          param: { name: one.name },
          query: {},
          header: { 'if-match': one.tag },
          json: { mapping: withAccepted(one.mapping, accepted) },
        }),
      )
    },
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['connections'] })
      saved()
    },
  })
  const take = (paths: string[], yes: boolean) =>
    setTaken((old) => {
      const next = new Set(old)
      for (const path of paths) yes ? next.add(path) : next.delete(path)
      return next
    })
  const people = found.proposals.filter(({ of }) => of === 'person')
  const others = found.proposals.filter(({ of }) => of !== 'person')
  const useful = others.filter(({ adds }) => adds !== null)
  const nothing = others.filter(({ adds }) => adds === null)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Stack gap="sm">
        <p className="dim">{t('connections.readTickets', { count: found.samples })}</p>
        <Places one={one} found={found} />
        <ul className="proposals">
          {useful.map((proposal) => (
            <OneProposal
              key={proposal.path}
              proposal={proposal}
              taken={taken.has(proposal.path)}
              take={(yes) => take([proposal.path], yes)}
            />
          ))}
          {people.length > 0 && <People people={people} taken={taken} take={take} />}
        </ul>
        <Missing title={t('connections.missingLater')} missing={found.missing} />
        {nothing.length > 0 && <Nothing proposals={nothing} />}
        {found.unread.length > 0 && (
          <ul className="points dim">
            {found.unread.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        )}
        {save.error !== null && <FaultText error={save.error} />}
        <Group justify="flex-end">
          {close && (
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
          )}
          <Button type="submit" loading={save.isPending} disabled={taken.size === 0}>
            {t('connections.saveMapping')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Parts that were not accepted stay as they were. */
function withAccepted(current: Connection['mapping'], accepted: Proposal[]): Connection['mapping'] {
  const mapping = structuredClone(current)
  for (const { adds } of accepted) {
    Object.assign(mapping.fields, adds?.fields)
    Object.assign(mapping.groups, adds?.groups)
    Object.assign(mapping.people, adds?.people)
    if (adds?.group) mapping.group = adds.group
    if (adds?.assignee) mapping.assignee = adds.assignee
  }
  return mapping
}

/** Where projects differ, one connection can serve only one of them well. */
function Places({ one, found }: Pick<Props, 'one' | 'found'>) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const change = useChange(one)
  const places = found.connections.flatMap(({ filters }) =>
    Object.entries(filters).flatMap(([filter, values]) => (values[0] ? [{ filter, place: values[0] }] : [])),
  )
  if (places.length === 0) return null
  const choose = async (place: string | null) => {
    const chosen = places.find((each) => each.place === place)
    if (!chosen) return
    await change.mutateAsync({ filters: { [chosen.filter]: [chosen.place] } })
    await client.resetQueries(proposalsOf(one.name))
  }
  return (
    <Alert color="yellow" variant="light" title={t('connections.differ')}>
      <Stack gap="xs">
        {t('connections.differHint')}
        <Select
          label={t('connections.onlyPlace')}
          data={places.map(({ place }) => place)}
          value={null}
          onChange={(place) => void choose(place)}
          w={260}
        />
      </Stack>
    </Alert>
  )
}
