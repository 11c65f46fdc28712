/** What the Zendesk account offers, and what our user may do. */
import PQueue from 'p-queue'
import type { Connection, Metadata } from '../../../src/contract/index.ts'
import { openApi } from '../client.ts'
import { readFields, readGroups, shownFields, shownPriorities } from './fields.ts'
import { missingForms, readForms, requiredByForms, shownPlaces } from './forms.ts'
import { readGiven } from './given.ts'
import { readPeople } from './people.ts'
import type { Reading } from './reading.ts'
import { lockedOut, missingRights, whoAmI } from './rights.ts'

export async function inspect(
  connection: Connection,
  onProgress?: (done: number, all: number) => void,
): Promise<Metadata> {
  const queue = new PQueue({ concurrency: connection.settings.concurrency })
  try {
    return await readAll(openReading(connection, queue, onProgress))
  } finally {
    // After a failure nobody waits for the rest.
    queue.clear()
  }
}

function openReading(connection: Connection, queue: PQueue, onProgress?: (done: number, all: number) => void): Reading {
  let done = 0
  let all = 0
  return {
    api: openApi(connection),
    connection,
    unread: [],
    async lane(call) {
      all++
      try {
        return await queue.add(call)
      } finally {
        onProgress?.(++done, all)
      }
    },
  }
}

async function readAll(reading: Reading): Promise<Metadata> {
  const { connection, unread } = reading
  const me = await whoAmI(reading)
  const self = { id: me.id ?? '', name: me.name ?? '', ...(me.email && { email: me.email }) }
  // An end user may not read the rest: one line that says so is better than a 403.
  if (me.role === 'end-user') return { ...NOTHING, self, missing: missingRights(me, connection) }
  const [fields, groups, forms, { people, peopleComplete }] = await Promise.all([
    readFields(reading),
    readGroups(reading),
    readForms(reading),
    readPeople(reading),
  ])
  const givenTo = await readGiven(reading, groups, people)
  const places = shownPlaces(forms)
  const shown = shownFields(fields, forms)
  return {
    self,
    places,
    fields: shown,
    priorities: shownPriorities(fields, places),
    components: [],
    groups: groups.map(({ id, name, active, private: isPrivate }) => ({ id, name, active, private: isPrivate })),
    people,
    peopleComplete,
    givenTo,
    unread,
    missing: [
      ...missingRights(me, connection),
      ...lockedOut(me, connection, groups, people),
      ...missingForms(connection, forms),
      ...requiredByForms(connection, forms, shown),
    ],
  }
}

const NOTHING: Omit<Metadata, 'self' | 'missing'> = {
  places: [],
  fields: [],
  priorities: [],
  components: [],
  groups: [],
  people: [],
  peopleComplete: false,
  givenTo: [],
  unread: [],
}
