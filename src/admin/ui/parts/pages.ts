/** The pages, for the menu and the command palette. */
import {
  BeakerIcon,
  ChecklistIcon,
  GitBranchIcon,
  InboxIcon,
  KeyIcon,
  LawIcon,
  ListUnorderedIcon,
  LogIcon,
  PlugIcon,
  PulseIcon,
  RocketIcon,
  VerifiedIcon,
} from '@primer/octicons-react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { me } from '../api.ts'

const PAGES = [
  { to: '/', name: 'today', icon: PulseIcon, may: 'read' },
  { to: '/tickets', name: 'tickets', icon: InboxIcon, may: 'read' },
  { to: '/review', name: 'review', icon: ChecklistIcon, may: 'read' },
  { to: '/map', name: 'map', icon: GitBranchIcon, may: 'read' },
  { to: '/taxonomy', name: 'taxonomy', icon: ListUnorderedIcon, may: 'read' },
  { to: '/rules', name: 'rules', icon: LawIcon, may: 'read' },
  { to: '/trust', name: 'trust', icon: VerifiedIcon, may: 'read' },
  { to: '/playground', name: 'playground', icon: BeakerIcon, may: 'read' },
  { to: '/connections', name: 'connections', icon: PlugIcon, may: 'read-connections' },
  { to: '/start', name: 'start', icon: RocketIcon, may: 'read' },
  { to: '/access', name: 'access', icon: KeyIcon, may: 'inspect' },
  { to: '/audit', name: 'audit', icon: LogIcon, may: 'inspect' },
] as const

/** Those that the person who is signed in may see. */
export function usePages() {
  const { data } = useSuspenseQuery(me)
  return PAGES.filter(({ may }) => data.may.includes(may))
}
