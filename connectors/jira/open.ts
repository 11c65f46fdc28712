import type { Api } from './api.ts'
import type { Reach } from './client.ts'
import { settingsOf } from './connection.ts'

/** jira.js takes 0.9 s and 80 MB to load, so it is loaded with the first call to Jira Cloud, not at start. */
export async function openApi(reach: Reach): Promise<Api> {
  if (settingsOf(reach).edition === 'datacenter') return (await import('./datacenter.ts')).dataCenter(reach)
  return (await import('./cloud.ts')).cloud(reach)
}
