#!/usr/bin/env node
/** Entry: every command. Loads only what its command needs, so that help is shown at once. */
import { Command } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import type { BackfillOptions } from './commands/backfill.ts'
import type { ConfigImportOptions } from './commands/config.ts'
import type { ConnectOptions } from './commands/connect.ts'
import type { EraseOptions } from './commands/erase.ts'
import type { ExportOptions } from './commands/export.ts'
import type { ImportOptions } from './commands/import.ts'
import type { Config } from './config.ts'
import type { SandboxOptions } from './demo/sandbox.ts'
import type { Deps } from './deps.ts'
import { causeOf, Rejected, TriageError, traceOf } from './errors.ts'

const { version } = packageJson
const SEE_DEAD_LETTERS = 'Run: pointsman requeue --list'

const program = new Command('pointsman')
  .description(
    'Sorts support tickets from Jira and Zendesk with a self-hosted model, and learns from every correction.',
  )
  .version(version)
  .showHelpAfterError()
  .configureHelp({ sortSubcommands: false })

program
  .command('serve')
  .description('run the service: HTTP and job workers in one process')
  .action(async () => {
    const { serveUntilStopped } = await import('./node.ts')
    await serveUntilStopped(await config())
  })

program
  .command('demo')
  .description(
    'show tickets being routed: two sandbox helpdesks, a stream of synthetic tickets, agents who correct some',
  )
  .option('--once', 'send the stream, wait until the ledger balances, print the summary and end')
  .option('--json', 'end with one JSON line on stdout')
  .action(async (options: { once?: boolean; json?: boolean }) => {
    const [{ demoConfig }, { runDemo }, { openDesks }] = await Promise.all([
      import('./commands/demo-config.ts'),
      import('./demo/index.ts'),
      import('../connectors/desks.ts'),
    ])
    const summary = await runDemo(demoConfig(process.env), openDesks, {
      once: options.once ?? false,
      json: options.json ?? false,
    })
    if (!summary.balanced || summary.waiting > 0) process.exitCode = 1
  })

program
  .command('sandbox')
  .description('start a sandbox Jira and a sandbox Zendesk alone, to try "connect" and the API on; Ctrl-C stops them')
  .option(
    '--configuration <name>',
    'start one helpdesk that is set up as a company has it, instead of the two plain ones',
  )
  .option('--list', 'show the configurations and end')
  .option('--jira-port <port>', 'port of the sandbox Jira; 0 takes a free one', '8091')
  .option('--zendesk-port <port>', 'port of the sandbox Zendesk; 0 takes a free one', '8092')
  .option('--seed <n>', 'how many solved tickets each of them starts with', '60')
  .option('--webhooks <url>', 'send webhooks to this Pointsman, to its connections "jira" and "zendesk"')
  .option('--json', 'print addresses and credentials as one line of JSON')
  .action(async (options: SandboxOptions) => {
    const [{ runSandbox }, desks] = await Promise.all([import('./demo/sandbox.ts'), import('../connectors/desks.ts')])
    await runSandbox(desks, options)
  })

program
  .command('connect')
  .description('connect a Jira or a Zendesk: asks for its address, proposes the mapping, and saves it in mode observe')
  .option('--name <name>', 'the name of the connection, which is part of the webhook address')
  .option('--input <file>', 'the connection without its mapping as JSON, instead of questions; "-" reads stdin')
  .option('--json', 'print the proposals as JSON and save nothing')
  .action(async (options: ConnectOptions) => {
    const { connect } = await import('./commands/connect.ts')
    await withDeps(async (deps) => {
      await connect(deps, options, { input: process.stdin, output: process.stdout, readInput: readStdin })
    })
  })

program
  .command('migrate')
  .description('bring the database up to date; safe while other processes start')
  .action(async () => {
    await withDeps(async ({ database }) => say(`The ${database.kind} database is up to date.`))
  })

program
  .command('keys')
  .description('show which encryption keys are in use, and the next step to replace one')
  .option('--reseal', 'first encrypt everything with the first key of ENCRYPTION_KEY')
  .option('--json', 'print it as JSON')
  .action(async (options: { reseal?: boolean; json?: boolean }) => {
    const [{ formatKeys, readKeys }, { migrationsFolder }] = await Promise.all([
      import('./commands/keys.ts'),
      import('./db/index.ts'),
    ])
    const report = await readKeys(await config(), migrationsFolder(), { reseal: options.reseal ?? false })
    if (options.json) print(report)
    else say(formatKeys(report))
  })

program
  .command('doctor')
  .description('check settings, database, connections and model endpoint, and say what to fix')
  .option('--json', 'print the findings as JSON')
  .action(async (options: { json?: boolean }) => {
    const [{ examine, printFindings }, { connectors }, { migrationsFolder }] = await Promise.all([
      import('./commands/doctor.ts'),
      import('../connectors/index.ts'),
      import('./db/index.ts'),
    ])
    const findings = await examine(process.env, connectors, migrationsFolder())
    printFindings(findings, options.json ?? false)
    if (findings.some((finding) => !finding.ok)) process.exitCode = 1
  })

program
  .command('classify')
  .description('decide one text without writing anything; reads stdin when no text is given')
  .argument('[text]')
  .option('--subject <subject>', "the ticket's subject", '')
  .option('--connection <name>', 'with the thresholds of this connection')
  .action(async (text: string | undefined, options: { subject: string; connection?: string }) => {
    const { previewDecision } = await import('./triage/index.ts')
    const body = text ?? (await readStdin())
    await withDeps(async (deps) => print(await previewDecision(deps, { ...options, text: body })))
  })

program
  .command('backfill')
  .description('read the past tickets of a helpdesk with what people made of them, to learn from; a broken one goes on')
  .requiredOption('--connection <name>', 'the connection to read from')
  .option('--since <span>', 'tickets created since then: 180d, 26w, or an ISO 8601 time', '180d')
  .option('--json', 'end with the counts as JSON')
  .action(async (options: BackfillOptions) => {
    const { runBackfill } = await import('./commands/backfill.ts')
    await withDeps(async (deps) => {
      const ended = await runBackfill(deps, options)
      say(ended.text)
      if (!ended.done) process.exitCode = 1
    })
  })

program
  .command('import')
  .description('import labelled tickets from a CSV or JSONL file: all of it or nothing; rejected rows go into a file')
  .argument('<file>')
  .option('--format <format>', 'csv or jsonl; default: by the name of the file')
  .option('--encoding <name>', 'such as windows-1251; default: UTF-8, or by the byte order mark')
  .option('--map <file>', 'JSON: which columns and words of the file are ours')
  .option('--dry-run', 'only check the file')
  .option('--skip-rejected', 'import the good rows although others are rejected')
  .option('--json', 'print the outcome as JSON')
  .action(async (file: string, options: ImportOptions) => {
    const { runImport } = await import('./commands/import.ts')
    await withDeps(async ({ database }) => {
      const { text, ok } = await runImport(database, file, options)
      say(text)
      if (!ok) process.exitCode = 1
    })
  })

program
  .command('replay')
  .description(
    'show what Pointsman would have decided on past tickets, beside what people made of them; writes nothing',
  )
  .option('--since <span>', 'tickets created since then: 30d, 4w, or an ISO 8601 time', '30d')
  .option('--connection <name>', 'only of this connection')
  .option('--precision <share>', 'how often what is automated must be right', '0.95')
  .option('--limit <n>', 'only the newest n tickets', '2000')
  .option('--concurrency <n>', 'tickets at once', '4')
  .option('--json', 'print the report as JSON')
  .action(async (options: Record<string, unknown>) => {
    const { runReplay } = await import('./commands/replay.ts')
    await withDeps(async (deps) => say(await runReplay(deps, options)))
  })

program
  .command('export')
  .description('write corrections and confirmed labels as training data, with a manifest beside it')
  .requiredOption('--format <format>', 'h2o, completion, chat, alpaca, sharegpt, context-response, dpo or labelled')
  .requiredOption('--out <file>', 'where to write; the manifest goes to <file>.manifest.json')
  .option('--since <time>', 'labels from then on, ISO 8601')
  .option('--until <time>', 'labels before then, ISO 8601')
  .option('--connection <name...>', 'only these connections')
  .option('--provenance <kind...>', 'human, confirmed, machine, rule, synthetic, imported', [
    'human',
    'confirmed',
    'imported',
  ])
  .option('--purpose <purpose>', 'train, or test: its tickets are never in training data from then on', 'train')
  .option('--cap <n>', 'at most n rows with each value of a required field')
  .option('--prompt <file>', "the model's prompt format as JSON; default: the first endpoint's")
  .action(async (options: ExportOptions) => {
    const { runExport } = await import('./commands/export.ts')
    await withDeps(async (deps) => say(await runExport(deps, options)))
  })

program
  .command('evaluate')
  .description('measure a classifier on labelled tickets, with n and a 95 % interval beside every figure')
  .requiredOption('--data <file>', 'JSONL: {id, lang?, subject?, text or body, labels: {field: value}}')
  .option('--classifier <kind>', 'embedded, endpoint or cascade; default: the configured one')
  .option('--train <file>', 'train a throw-away embedded model on this JSONL; needs no database')
  .option(
    '--taxonomy <file>',
    "fields and values as JSON; default: the database's, or with --train those of its labels",
  )
  .option('--fields <list>', 'only these, separated by commas')
  .option('--threshold <share>', 'cascade: how sure the embedded classifier must be, besides the precision')
  .option(
    '--precision <share>',
    'cascade: the share of its answers that handled tickets must prove to be right',
    '0.95',
  )
  .option('--format <format>', 'table, json or html', 'table')
  .option('--out <file>', 'where to write; default: stdout')
  .option('--limit <n>', 'only the first n tickets')
  .option('--endpoint <name>', 'only this one of LLM_ENDPOINTS')
  .option('--concurrency <n>', 'questions at once; default: as many as the endpoints take, else 1')
  .action(async (options: Record<string, string | undefined>) => {
    const { runEvaluation } = await import('./commands/evaluate.ts')
    const report = await runEvaluation(options, await config(), withDeps)
    if (report.answered === 0 || report.outsideTaxonomy > 0) process.exitCode = 1
  })

program
  .command('ledger')
  .description('count events in against what became of them; exit 1 when they do not balance')
  .option('--json', 'print it as JSON')
  .action(async (options: { json?: boolean }) => {
    const { readLedger } = await import('./decisions/index.ts')
    await withDeps(async ({ database }) => {
      const ledger = await readLedger(database.db)
      if (options.json) print(ledger)
      else for (const [name, count] of Object.entries(ledger)) say(`${name.padEnd(12)}${count}`)
      if (!ledger.balanced) process.exitCode = 1
    })
  })

program
  .command('audit')
  .description('the audit log')
  .command('verify')
  .description(
    'check that no row was changed, put in or taken away; names the first that is wrong, and exits with 1 then',
  )
  .option('--head <place>', 'what an earlier run printed as its head: it must still be in the chain')
  .option('--json', 'print it as JSON')
  .action(async (options: { head?: string; json?: boolean }) => {
    const { checkAudit, formatChain } = await import('./commands/audit.ts')
    await withDeps(async ({ database }) => {
      const report = await checkAudit(database.db, options.head)
      if (options.json) print(report)
      else say(formatChain(report))
      if (report.broken) process.exitCode = 1
    })
  })

const configuration = program
  .command('config')
  .description('the configuration as a YAML file: routing map, taxonomy, rules, connections without secrets')
configuration
  .command('export')
  .description('print what is in force')
  .option('--section <name...>', 'only these: taxonomy, rules, routingMap, connections')
  .option('--out <file>', 'write it to a file instead')
  .action(async (options: { section?: string[]; out?: string }) => {
    const { runConfigExport } = await import('./commands/config.ts')
    await withDeps(async (deps) => say(await runConfigExport(deps, options)))
  })
configuration
  .command('import')
  .description('make a file the configuration in force: all of it or nothing; a second import changes nothing')
  .argument('<file>', 'YAML; "-" reads stdin')
  .option('--dry-run', 'check it, and only show what would change')
  .option('--force', 'in spite of what it breaks, and of groups and people that cannot take tickets')
  .option('--no-check', 'do not ask the helpdesks about connections, groups and people')
  .option('--comment <text>', 'why, for those who see the versions')
  .option('--json', 'print it as JSON')
  .action(async (file: string, { json, ...options }: ConfigImportOptions & { json?: boolean }) => {
    const { formatImport, runConfigImport } = await import('./commands/config.ts')
    await withDeps(async (deps) => {
      const imported = await runConfigImport(deps, file, options, readStdin)
      if (json) print(imported)
      else say(formatImport(imported))
    })
  })

const token = program.command('token').description('bearer tokens for the API')
token
  .command('create')
  .description('make a token; it is shown once')
  .requiredOption('--name <name>', 'whose it is, for the audit')
  .requiredOption('--role <role>', 'viewer, reviewer, operator, editor, ml, admin or auditor')
  .action(async (options: { name: string; role: string }) => {
    const [{ createToken }, { Role }] = await Promise.all([
      import('./admin/access/index.ts'),
      import('./contract/index.ts'),
    ])
    const role = Role.safeParse(options.role)
    if (!role.success)
      throw new Rejected(422, `There is no role ${options.role}`, { next: `Use one of ${Role.options.join(', ')}.` })
    await withDeps(async ({ database }) =>
      say((await createToken(database.db, { name: options.name, role: role.data }, 'cli')).token),
    )
  })

const scoped = (command: Command) =>
  command
    .option('--connection <name>', 'only this connection')
    .option('--field <field>', 'only write-backs with this field')
    .option('--value <value>', 'only with this value of the field')

scoped(program.command('pause'))
  .description('stop deciding and writing, in all processes at once: everything, a connection, a field or a value')
  .option('--why <reason>', 'for those who see it', '')
  .option('--list', 'only show what is paused')
  .action(async ({ list, ...scope }: { list?: boolean; why: string }) => {
    const { listPauses, pause } = await import('./pauses/index.ts')
    await withDeps(async ({ database: { db } }) => print(list ? await listPauses(db) : await pause(db, scope, 'cli')))
  })

scoped(program.command('resume'))
  .description('end a pause; what waited goes on')
  .option('--all', 'end all pauses')
  .action(async (which: { all?: boolean }) => {
    const { resume } = await import('./pauses/index.ts')
    await withDeps(async ({ database: { db }, queue }) => print(await resume({ db, queue }, which, 'cli')))
  })

program
  .command('requeue')
  .description('put dead letters back to work: all of them, or those named')
  .argument('[id...]')
  .option('--list', 'only show them')
  .action(async (ids: string[], options: { list?: boolean }) => {
    const { validate } = await import('uuid')
    const wrong = ids.filter((id) => !validate(id))
    if (wrong.length > 0)
      throw new Rejected(422, `Not the id of a dead letter: ${wrong.join(', ')}`, { next: SEE_DEAD_LETTERS })
    const { requeue } = await import('./review/index.ts')
    await withDeps(async ({ database: { db }, queue }) => {
      if (options.list) return print(await queue.deadLetters())
      const requeued = await requeue({ db, queue }, ids.length > 0 ? ids : undefined, 'cli')
      say(`${requeued} job(s) are back in the queue.`)
      if (requeued < new Set(ids).size)
        throw new Rejected(404, 'Some of these ids are not those of dead letters', { next: SEE_DEAD_LETTERS })
    })
  })

program
  .command('erase')
  .description('erase a ticket, or everything of a person; shows what would go and asks for nothing with --dry-run')
  .option('--requester <id>', "the person's account id in the helpdesk")
  .option('--ticket <key>', 'the key or id of a ticket')
  .option('--also <text...>', 'other texts that identify the person: mail address, name, number of a document')
  .option('--connection <name>', 'only in this connection')
  .option('--dry-run', 'only count what would be erased')
  .option('--json', 'print it as JSON')
  .action(async (options: EraseOptions) => {
    const { runErasure } = await import('./commands/erase.ts')
    await withDeps(async (deps) => say(await runErasure(deps, options)))
  })

/** Runs the work of a command on the database, as the service would, without serving. */
async function withDeps(work: (deps: Deps) => Promise<void>) {
  const [{ openDeps }, { connectors }, { migrationsFolder }, { destination, pino }] = await Promise.all([
    import('./deps.ts'),
    import('../connectors/index.ts'),
    import('./db/index.ts'),
    import('pino'),
  ])
  const given = await config()
  // A script may read what a command prints: its log goes to stderr.
  const level = given.logLevel === 'info' ? 'warn' : given.logLevel
  const log = pino({ level, base: null }, destination(2))
  await using deps = await openDeps({ ...given, logLevel: level }, connectors, migrationsFolder(), log)
  await work(deps)
}

async function config(): Promise<Config> {
  const { readConfig } = await import('./config.ts')
  return readConfig(process.env)
}

const say = (text: string) => void process.stdout.write(`${text}\n`)
const print = (value: unknown) => say(JSON.stringify(value, null, 2))

async function readStdin(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk
  return text
}

program.parseAsync().catch(async (error: unknown) => {
  process.stderr.write(await reportOf(error))
  process.exitCode = 1
})

async function reportOf(error: unknown): Promise<string> {
  if (error instanceof TriageError) return `${error.message}\n→ ${error.next}\n`
  const { isUnavailable } = await import('./db/index.ts')
  if (isUnavailable(error)) return `${causeOf(error)}\n→ Check the database, then try again.\n`
  return `${traceOf(error)}\n→ This is a bug in Pointsman: report it with the lines above.\n`
}
