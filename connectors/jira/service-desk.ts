/** The request types of service projects; the same API on Cloud and Data Center. */
import * as answers from './answers.ts'
import { checked } from './answers.ts'
import { everyPage, type SiteApi, safeSegment } from './api.ts'
import { type Reach, send } from './client.ts'

const PATH = '/rest/servicedeskapi/servicedesk'

export function serviceDesk(reach: Reach): Pick<SiteApi, 'requestTypes'> {
  const get = (url: string, start: number) =>
    // Data Center marks this call as experimental.
    send(reach, { url, searchParams: { start, limit: 100 }, headers: { 'x-experimentalapi': 'opt-in' } })
  let desks: Promise<{ id: string | null; projectKey: string | null }[]> | undefined
  const all = () => {
    desks ??= everyPage(async (start) => checked(answers.ServiceDesks, await get(PATH, start), 'service projects'))
    return desks
  }
  return {
    async requestTypes(project) {
      const desk = (await all()).find(({ projectKey }) => projectKey === project)
      if (!desk?.id) return null
      const url = `${PATH}/${safeSegment(desk.id)}/requesttype`
      return everyPage(async (start) => checked(answers.RequestTypes, await get(url, start), 'request types'))
    },
  }
}
