/** Fills a database with a desk's history, in SQL: seconds, where real webhooks would take hours. */
import { sql } from 'drizzle-orm'
import { ConnectionInput, saveConnection } from '../../../src/connections/index.ts'
import { type Database, rows } from '../../../src/db/index.ts'
import type { Deps } from '../../../src/deps.ts'

/** Days over which the tickets are spread. */
const DAYS = 120

type Needs = Pick<Deps, 'vault'> & { database: Pick<Database, 'db'> }

/**
 * So many tickets of three connections: `jira` has most of them and `rare` one in two thousand. One in 1,000 write-backs
 * failed and one in 1,000 events waits; one decision in 20 was reviewed, one in 20 overridden. Beside that the queue holds
 * a day's finished jobs, and a dead letter for every hundredth ticket.
 */
export async function fill({ database: { db }, vault }: Needs, count: number): Promise<void> {
  for (const name of ['jira', 'zendesk', 'rare']) {
    const input = ConnectionInput.parse({
      name,
      kind: 'jira',
      baseUrl: `https://${name}.test`,
      mode: 'automate',
      credentials: { kind: 'basic', email: 'a@b.test', token: 'x'.repeat(40) },
      secrets: [{ kind: 'signature', secret: 'a secret of the benchmark' }],
    })
    await saveConnection({ db, vault }, input, 'self', 'bench')
  }
  await db.execute(sql`create unlogged table filled as
    select i, ms, to_timestamp(ms / 1000.0) as at, pick.id as connection,
      ${idAt('ms - 2000', `'d' || i`)} as delivery, ${idAt('ms', `'t' || i`)} as ticket, ${idAt('ms', `'x' || i`)} as decision,
      case when i % 1000 = 7 then 'waiting' when i % 1000 = 8 then 'failed' when i % 50 = 3 then 'ignored' else 'done' end as state,
      case when i % 5 = 1 then 'hold' when i % 50 = 2 then 'skip' when i % 5 = 4 then 'suggest' else 'apply' end as plan
    from generate_series(1, ${count}::int) as i
      cross join lateral (select (extract(epoch from now()) * 1000 - (${count}::int - i) * (${DAYS} * 86400000.0 / ${count}::int))::bigint as ms) as time
      join connections pick on pick.name = case when i % 2000 = 11 then 'rare' when i % 10 < 7 then 'jira' else 'zendesk' end`)
  for (const statement of TABLES) await db.execute(statement)
  await db.execute(sql`drop table filled`)
  for (const { name } of await rows<{ name: string }>(db, COUNTED))
    await db.execute(sql.raw(`vacuum (analyze) ${name}`))
}

/** How many rows each filled table has. */
export async function countRows({ db }: Pick<Database, 'db'>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { name } of await rows<{ name: string }>(db, COUNTED))
    counts[name] = (await rows<{ n: number }>(db, sql.raw(`select count(*)::int as n from ${name}`)))[0]!.n
  return counts
}

const COUNTED = sql`select unnest(array['deliveries', 'tickets', 'decisions', 'writebacks', 'overrides', 'labels', 'audit', 'queue.job']) as name`

/** SQL for a version 7 UUID of a time in milliseconds; the rest of it follows from a text. */
function idAt(ms: string, text: string) {
  const time = `lpad(to_hex((${ms})::bigint), 12, '0')`
  const rest = `md5(${text})`
  return sql.raw(
    `(substr(${time}, 1, 8) || '-' || substr(${time}, 9, 4) || '-7' || substr(${rest}, 1, 3) || '-8' || substr(${rest}, 4, 3) || '-' || substr(${rest}, 7, 12))::uuid`,
  )
}

const WORDS = `'{printer,invoice,password,network,laptop,payroll,licence,meeting,calendar,backup,certificate,monitor,order,delivery,contract,scanner,keyboard,account,server,update}'::text[]`
/** Fifty words that differ from row to row, about 400 characters. */
const PROSE = sql.raw(
  `(select string_agg((${WORDS})[1 + abs(hashint4(i * 50 + w)) % 20], ' ') from generate_series(1, 50) as w)`,
)
const VALUES =
  sql.raw(`jsonb_build_object('service', (array['internet','hosting','billing','vpn'])[1 + i % 4], 'category', 'request',
  'priority', (array['low','normal','high','urgent'])[1 + (i / 7) % 4], 'sentiment', 'neutral')`)

const TABLES = [
  sql`insert into deliveries (id, connection_id, dedupe_key, received_at, event, ticket_id, body, state, reason, settled_at)
    select delivery, connection, 'k' || i, at - interval '2 seconds', 'created', i::text, '{"issue":{"id":"' || i || '"}}', state,
      case state when 'ignored' then 'not of a chosen project' when 'failed' then 'The answer could not be read' end,
      case when state <> 'waiting' then at end from filled`,
  sql`insert into deliveries (id, connection_id, dedupe_key, received_at, repeats, event, ticket_id, body, state, settled_at)
    select ${idAt('ms + 9000', `'u' || i`)}, connection, 'u' || i, at + interval '9 seconds', (i % 50 = 0)::int, 'updated', i::text, '', 'done',
      at + interval '10 seconds' from filled where state = 'done'`,
  sql`insert into tickets (id, connection_id, external_id, key, url, subject, text, language, metadata, requester_id, status, created_at, seen_at)
    select ticket, connection, i::text, 'DESK-' || i, 'https://desk.test/' || i, 'Request ' || i || ' about ' || (${sql.raw(WORDS)})[1 + i % 20],
      ${PROSE}, case when i % 10 = 0 then 'ru' else 'en' end, '{"channel":"mail"}', 'p' || i % 9000,
      case when i % 10 < 8 then 'done' else 'open' end, at - interval '1 minute', at from filled where state = 'done'`,
  sql`insert into decisions (id, ticket_id, connection_id, cause, plan, reason, values, sources, answers, route, trace, model,
      taxonomy_version, map_version, rules_version, ms, created_at, actor)
    select decision, ticket, connection, 'delivery:' || delivery, plan,
      case plan when 'hold' then 'confidence ' || i % 90 || ' % is below the threshold' when 'skip' then 'a bounce' else 'all values are sure' end,
      ${VALUES}, '{"service":"embedded","category":"embedded","priority":"rule","sentiment":"embedded"}',
      '{"service":{"value":"internet","raw":0.95,"calibrated":0.93,"alternatives":[]}}', '{"group":"Network","assignee":null,"because":"row 3"}',
      jsonb_build_object('prepared', repeat(md5(i::text), 20)), 'embedded-1', 1, 1, 1, 4, at, null from filled where state = 'done'`,
  sql`insert into decisions (id, ticket_id, connection_id, cause, plan, reason, values, sources, answers, route, trace, model,
      taxonomy_version, map_version, rules_version, ms, created_at, actor)
    select ${idAt('ms + 600000', `'r' || i`)}, ticket, connection, 'review:' || ${idAt('ms + 600000', `'r' || i`)} || ':' || decision, 'apply', 'confirmed by Rita',
      ${VALUES}, '{"service":"human"}', '{}', null, '{}', null, 1, 1, 1, 2, at + interval '10 minutes', 'Rita' from filled where state = 'done' and i % 20 = 1`,
  sql`insert into writebacks (decision_id, state, reason, written, held_back, before, attempts, written_at, updated_at)
    select d.id, case when t.external_id::int % 1000 = 9 then 'failed' when t.external_id::int % 500 = 12 then 'skipped'
        when t.external_id::int % 1000 = 10 then 'waiting' when plan = 'suggest' then 'suggested' else 'applied' end,
      null, '{"service":"internet"}', '{}', '{"service":null}', 1, d.created_at + interval '2 seconds', d.created_at + interval '2 seconds'
    from decisions d join tickets t on t.id = d.ticket_id where plan in ('apply', 'suggest')`,
  sql`insert into overrides (id, ticket_id, decision_id, field, before, after, who, at, minutes_after, change_key, created_at)
    select ${idAt('ms + 3600000', `'o' || i`)}, ticket, decision, 'priority', 'normal', 'high', 'p1', at + interval '1 hour', 60, 'c' || i, at + interval '1 hour'
    from filled where state = 'done' and i % 20 = 2`,
  sql`insert into labels (ticket_id, field, value, provenance, decision_id, who, at, updated_at)
    select ticket, field, 'internet', case when i % 20 = 2 then 'human' when i % 20 = 1 then 'confirmed' else 'machine' end, decision, null,
      at + interval '1 day', at + interval '1 day' from filled cross join unnest(array['service','category','priority','sentiment']) as field where state = 'done' and i % 10 < 8`,
  sql`insert into audit (id, at, actor, action, subject) select ${idAt('ms', `'a' || i`)}, at, 'Rita', 'decision.confirm', decision::text from filled where i % 20 = 1`,
  sql`insert into queue.job (id, name, data, state, group_id, policy, created_on, completed_on, keep_until)
    select ${idAt('ms', `'j' || i || kind`)}, kind, case kind when 'triage' then jsonb_build_object('delivery', delivery) else jsonb_build_object('decision', decision) end,
      case when (kind = 'triage' and state = 'waiting') or (kind = 'writeback' and i % 1000 = 10) then 'retry' else 'completed' end::queue.job_state,
      connection || ':' || i, 'standard', at, at, now() + interval '30 days'
    from filled cross join unnest(array['triage', 'writeback']) as kind
    where i > (select max(i) from filled) * 0.9 or (kind = 'triage' and state = 'waiting') or (kind = 'writeback' and i % 1000 = 10)`,
  sql`insert into queue.job (id, name, data, policy, created_on, keep_until)
    select ${idAt('ms', `'l' || i`)}, 'dead', jsonb_build_object('kind', 'triage', 'data', jsonb_build_object('delivery', delivery), 'key', connection || ':' || i,
      'priority', 0, 'message', 'The answer could not be read', 'next', 'Requeue it.'), 'standard', at, now() + interval '90 days' from filled where i % 100 = 8`,
]
