/** Proposals on invented helpdesks in several languages: the right ones, no wrong ones, and the gaps by name. */
import { describe, expect, test } from 'vitest'
import type { Metadata, MetadataField, SolvedTicket } from '../../contract/index.ts'
import { fold } from '../../contract/index.ts'
import { proposeMapping } from './index.ts'
import { choice, desk, field, priorities, priority, proposalOf, solved, taxonomyOf } from './test-desk.ts'

test.each([
  ['Störung / Ausfall', 'storung ausfall'],
  ['Crítica', 'critica'],
  ['login_problem', 'login problem'],
  ['サービス', 'サービス'],
  ['Критический', 'критическии'],
])('%s is compared as %s', (text, folded) => expect(fold(text)).toBe(folded))

const LANGUAGES: [string, string, Record<string, string>, string[]][] = [
  [
    'German',
    'Produkt',
    { network: 'Netzwerk', mobile: 'Mobilfunk', bill: 'Rechnung', other: 'Sonstiges' },
    ['NETZWERK', 'Mobilfunk', 'Rechnungen', 'Sonstiges'],
  ],
  [
    'French',
    'Produit',
    { network: 'Réseau', mobile: 'Téléphonie mobile', bill: 'Facturation' },
    ['Reseau', 'Telephonie mobile', 'Facturation', 'Divers'],
  ],
  ['Spanish', 'Servicio', { network: 'Red', mobile: 'Móvil', bill: 'Facturación' }, ['Red', 'Movil', 'Facturacion']],
  [
    'Russian',
    'Услуга',
    { network: 'Сеть', mobile: 'Мобильная связь', bill: 'Счёт' },
    ['Сеть', 'мобильная связь', 'Счет'],
  ],
  [
    'Japanese',
    '製品',
    { network: 'ネットワーク', mobile: 'モバイル', bill: '請求' },
    ['ネットワーク', 'モバイル', '請求'],
  ],
  [
    'English',
    'Product',
    { network: 'Network', mobile: 'Mobile phones', bill: 'Billing' },
    ['IT::Network', 'IT::Mobile phones', 'Money::Billing'],
  ],
]
test.each(LANGUAGES)('a %s product field takes the service', (_, name, values, options) => {
  const evidence = desk(
    { fields: [field('f1', 'Channel', ['Phone', 'Web', 'Chat']), field('f2', name, options)] },
    { taxonomy: taxonomyOf([choice('service', values)]) },
  )
  const { mapping, proposals } = proposeMapping(evidence)
  expect(proposals[0]).toMatchObject({ confidence: 'propose', target: `${name} (f2)`, gaps: [] })
  const ids = Object.fromEntries(Object.keys(values).map((id, i) => [id, `f2-${i}`]))
  expect(mapping.fields.service).toEqual({ to: 'field', id: 'f2', type: 'select', values: ids, blank: [] })
})

describe('the values decide', () => {
  const taxonomy = taxonomyOf([
    choice('service', { vpn: 'VPN', mail: 'E-mail', crm: 'CRM', tv: 'TV', phone: 'Telephone' }),
  ])
  const service = (fields: MetadataField[]) => proposalOf(desk({ fields }, { taxonomy }), 'fields.service')

  test('four of five: proposed, and the gap has a name', () => {
    expect(service([field('f', 'Thing', ['VPN', 'E-Mail', 'CRM', 'Telephone'])])).toMatchObject({
      confidence: 'propose',
      gaps: [{ value: 'tv' }],
    })
  })
  test('three of five: proposed with two gaps where the name fits, else asked', () => {
    expect(service([field('f', 'Thing', ['VPN', 'E-Mail', 'CRM'])])).toMatchObject({ confidence: 'ask' })
    const { confidence, gaps } = service([field('f', 'Service', ['VPN', 'E-Mail', 'CRM'])])
    expect({ confidence, gaps: gaps.map(({ value }) => value) }).toEqual({
      confidence: 'propose',
      gaps: ['tv', 'phone'],
    })
  })
  test('two of five: not proposed, whatever its name is', () => {
    expect(service([field('f', 'Service', ['VPN', 'CRM', 'Printers'])])).toMatchObject({ confidence: 'no', adds: null })
  })
  test('an option that two of ours fit is given to neither', () => {
    const { gaps } = service([field('f', 'Service', ['VPN TV', 'E-mail', 'CRM', 'Telephone'])])
    expect(gaps.map(({ value }) => value)).toEqual(['vpn', 'tv'])
    expect(gaps[0]?.because).toContain('tv')
  })
  test('of two fields that fit, the one with the right name', () => {
    const options = ['VPN', 'E-mail', 'CRM', 'TV', 'Telephone']
    const two = [field('f', 'Root cause area of the vendor', options), field('g', 'Affected service', options)]
    expect(service([field('h', 'Zone', options), ...two.slice(1)])).toMatchObject({
      confidence: 'propose',
      target: 'Affected service (g)',
    })
    expect(service([field('h', 'Zone', options), field('i', 'Zone 2', options)])).toMatchObject({ confidence: 'ask' })
  })
  test('a parent or its children, whichever fits', () => {
    const tree = (names: [string, string[]][]) =>
      field('f', 'Service', [], {
        writeAs: ['cascading'],
        options: names.map(([name, below], i) => ({
          id: `${i}`,
          name,
          children: below.map((child, j) => ({ id: `${i}${j}`, name: child })),
        })),
      })
    expect(
      service([
        tree([
          ['IT', ['VPN', 'E-mail', 'CRM']],
          ['Home', ['TV', 'Telephone']],
        ]),
      ]).adds?.fields?.service,
    ).toMatchObject({
      type: 'cascading',
      values: { vpn: '0/00', tv: '1/10' },
    })
    expect(
      service([
        tree([
          ['VPN', ['a']],
          ['E-mail', ['b']],
          ['CRM', ['c']],
          ['TV', []],
        ]),
      ]).adds?.fields?.service,
    ).toMatchObject({
      // What stands below the parent is read as ours too.
      values: { vpn: ['0', '0/00'], tv: '3' },
    })
  })
  test('a tree that is cut at different heights: ends, parents and branches together', () => {
    const uneven = field('f', 'Product / Module', [], {
      writeAs: ['cascading'],
      options: [
        {
          id: '1',
          name: 'ERP',
          children: [
            { id: '11', name: 'Billing' },
            { id: '12', name: 'HR' },
          ],
        },
        { id: '2', name: 'CRM', children: [{ id: '21', name: 'Leads' }] },
        { id: '3', name: 'Portal' },
      ],
    })
    const values = { erp_billing: 'ERP billing', erp_hr: 'ERP HR', crm: 'CRM', portal: 'Portal' }
    const proposal = proposalOf(
      desk({ fields: [uneven] }, { taxonomy: taxonomyOf([choice('service', values)]) }),
      'fields.service',
    )
    expect(proposal).toMatchObject({ confidence: 'propose', gaps: [] })
    expect(proposal.adds?.fields?.service).toMatchObject({
      values: { erp_billing: '1/11', erp_hr: '1/12', crm: ['2', '2/21'], portal: '3' },
    })
  })
  test('several options for one of ours, where they are a branch: which one is written is asked', () => {
    const options = ['Product::App::iOS', 'Product::App::Android', 'Product::Web']
    const fields = [field('f', 'Product', options, { writeAs: ['tagger'] })]
    const taxonomy = taxonomyOf([choice('service', { app: 'App', web: 'Web' })])
    const proposal = proposalOf(desk({ fields }, { taxonomy }), 'fields.service')
    expect(proposal).toMatchObject({ confidence: 'ask', gaps: [] })
    expect(proposal.adds?.fields?.service).toMatchObject({ values: { app: ['f-0', 'f-1'], web: 'f-2' } })
  })
  test('five hundred options: only equal names count, by the end of their path', () => {
    const many = Array.from({ length: 497 }, (_, i) => `Product ${i % 20}::Area ${i % 7} web::Item ${i}`)
    const options = ['Product::App::iOS', 'Product::App::Android', 'Product::Web', ...many]
    const fields = [field('f', 'Product', options, { writeAs: ['tagger'] })]
    const taxonomy = taxonomyOf([choice('service', { app_ios: 'App iOS', app_android: 'App Android', web: 'Web' })])
    expect(proposalOf(desk({ fields }, { taxonomy }), 'fields.service')).toMatchObject({
      confidence: 'propose',
      adds: { fields: { service: { values: { app_ios: 'f-0', app_android: 'f-1', web: 'f-2' } } } },
    })
  })
  test('values that nothing lists: those of solved tickets, asked; without tickets the reason says what to do', () => {
    const labels = field('f', 'Products', [], { writeAs: ['labels'], optionsComplete: false })
    const taxonomy = taxonomyOf([choice('service', { vpn: 'VPN', mail: 'Mail', crm: 'CRM' })])
    const samples = solved(12, (i) => ({
      f: { birth: [], now: [['vpn', 'mail', 'crm', 'fax'][i % 4]!], by: 'person' },
    }))
    expect(proposalOf(desk({ fields: [labels] }, { taxonomy, samples }), 'fields.service')).toMatchObject({
      confidence: 'ask',
      adds: { fields: { service: { type: 'labels', values: { vpn: 'vpn', mail: 'mail', crm: 'crm' } } } },
    })
    const unseen = proposalOf(desk({ fields: [labels] }, { taxonomy }), 'fields.service')
    expect(unseen).toMatchObject({
      confidence: 'no',
      reason: expect.stringContaining('Products: the helpdesk does not list'),
    })
  })
  test('a long tree: one of ours stands for a branch, and a person must agree', () => {
    const options = ['VPN', 'E-mail', 'CRM', 'TV', 'Telephone'].flatMap((top) =>
      Array.from({ length: 15 }, (_, i) =>
        `${top}::Case ${i === 7 ? '' : i}${i === 7 ? 'other' : ''}`.replace('Case other', 'Other'),
      ),
    )
    const { confidence, adds } = service([field('f', 'Product', options, { writeAs: ['tagger'] })])
    expect(confidence).toBe('ask')
    const target = adds?.fields?.service
    expect(target?.to === 'field' && target.values.mail).toHaveLength(15)
    expect(target?.to === 'field' && target.values.mail?.[0]).toBe('f-22')
  })
})

test('a flag in a box of its own, or in one of several; a number in the field that has its name among its words', () => {
  const flags = field('f', 'Flags', ['VIP', 'Outage'], { writeAs: ['multiselect', 'select'] })
  const severity = field('s', 'Kind', ['Outage', 'Question'])
  const score = field('n', 'Churn score', [], { writeAs: ['number'] })
  const taxonomy = taxonomyOf([
    { id: 'outage', kind: 'flag' },
    { id: 'churn', kind: 'score' },
  ])
  const evidence = desk({ fields: [severity, flags, score] }, { taxonomy })
  expect(proposalOf(evidence, 'fields.outage')).toMatchObject({
    confidence: 'ask',
    adds: { fields: { outage: { id: 'f', type: 'multiselect', values: { true: 'f-1' } } } },
    gaps: [{ value: 'false' }],
  })
  expect(proposalOf(evidence, 'fields.churn')).toMatchObject({
    confidence: 'ask',
    adds: { fields: { churn: { id: 'n', type: 'number' } } },
  })
})

test.each([
  ['deactivated', { active: false }, 'deactivated'],
  ['of a kind that cannot be written', { writeAs: [] }, 'cannot be written'],
  ['never to be written', { never: 'it hides the ticket', writeAs: [] }, 'never written'],
  ['not on the screen', { where: [] }, 'not on the edit screen of Support'],
])('a field that is %s is not proposed, and the reason says so', (_, more, reason) => {
  const fields = [field('f', 'Service', ['Internet', 'Mobile', 'TV'], more)]
  const taxonomy = taxonomyOf([choice('service', { internet: 'Internet', mobile: 'Mobile', tv: 'TV' })])
  const proposal = proposalOf(desk({ fields }, { taxonomy }), 'fields.service')
  expect(proposal).toMatchObject({ confidence: 'no', adds: null })
  expect(proposal.reason).toContain(reason)
})

test.each([
  ['Channel', ['E-mail', 'Phone', 'Portal', 'Chat', 'Mobile app']],
  ['Source', ['Email', 'Web', 'Telephony', 'API']],
  ['Region', ['North', 'South', 'Mobile workers', 'TV studio']],
  ['Service level', ['Gold', 'Silver', 'Bronze']],
  ['Root cause', ['Configuration', 'Hardware', 'Software', 'Human error', 'Third party']],
  ['Request type', ['Get IT help', 'Request access', 'Order a laptop', 'Report an outage', 'Ask a question']],
  ['Customer type', ['Private', 'Business', 'Public']],
  ['Impact', ['Extensive', 'Significant', 'Moderate', 'Minor']],
  ['Satisfaction', ['Good', 'Bad', 'Positive', 'Negative']],
  ['Sprache', ['Deutsch', 'Englisch', 'Französisch']],
  ['Отдел', ['Продажи', 'Бухгалтерия', 'Поддержка']],
  ['Severity', ['S1', 'S2', 'S3', 'S4']],
])('%s is not proposed for any field of the default taxonomy', (name, options) => {
  const { mapping, proposals } = proposeMapping(
    desk({ fields: [field('f', name, options)], priorities: priorities(['High', 'Low']) }),
  )
  expect(Object.keys(mapping.fields).filter((id) => id !== 'priority')).toEqual([])
  expect(proposals.find(({ path }) => path === 'fields.priority')?.target).toBe('the priority')
})

describe('the priority', () => {
  const valuesOf = (names: string[], more: Partial<Metadata> = {}) => {
    const proposal = proposalOf(
      desk({ priorities: priorities(names), ...more }, { taxonomy: taxonomyOf([priority]) }),
      'fields.priority',
    )
    const target = proposal.adds?.fields?.priority
    return { proposal, values: target && target.to === 'priority' ? target.values : null }
  }
  test.each([
    ['Jira', ['Highest', 'High', 'Medium', 'Low', 'Lowest'], 'Lowest'],
    ['Blocker', ['Blocker', 'Critical', 'Major', 'Minor', 'Trivial'], 'Trivial'],
    ['P1', ['P1', 'P2', 'P3', 'P4'], null],
    ['Sev', ['Sev 1', 'Sev 2', 'Sev 3', 'Sev 4', 'Sev 5'], 'Sev 5'],
    ['German', ['Kritisch', 'Hoch', 'Mittel', 'Niedrig'], null],
    ['French', ['Critique', 'Haute', 'Moyenne', 'Basse'], null],
    ['Russian', ['Критический', 'Высокий', 'Средний', 'Низкий'], null],
    ['numbered', ['1 - Kritisch', '2 - Hoch', '3 - Normal', '4 - Niedrig'], null],
  ])('%s: from the top down', (_, names, left) => {
    const { proposal, values } = valuesOf(names)
    expect(values).toEqual({ urgent: 'p0', high: 'p1', normal: 'p2', low: 'p3' })
    expect(proposal.confidence).toBe('propose')
    expect(proposal.warnings.join()).toBe(left ? `${left} has no value of ours: it is left alone.` : '')
  })
  test('Zendesk lists the lowest first', () => {
    expect(valuesOf(['Low', 'Normal', 'High', 'Urgent']).values).toEqual({
      urgent: 'p3',
      high: 'p2',
      normal: 'p1',
      low: 'p0',
    })
  })
  test('names without an order are asked', () => {
    expect(valuesOf(['Gold', 'Silver', 'Bronze', 'Tin']).proposal.confidence).toBe('ask')
  })
  test('the default of the screen counts as empty, before that of the site', () => {
    const list = priorities(['Highest', 'High', 'Medium', 'Low'])
    list[2] = { ...list[2]!, isDefault: true }
    const blank = (all: Metadata['priorities']) => valuesOf([], { priorities: all }).proposal.adds?.fields?.priority
    expect(blank(list)).toMatchObject({ blank: ['p2'] })
    list[3] = { ...list[3]!, defaultIn: ['SUP'] }
    expect(blank(list)).toMatchObject({ blank: ['p3'] })
  })
  test('off the screen: a field with levels takes its place', () => {
    const fields = [field('s', 'Schweregrad / Dringlichkeit', ['Kritisch', 'Hoch', 'Mittel', 'Niedrig'])]
    const { proposal } = valuesOf([], { fields, priorities: priorities(['High'], { where: [] }) })
    expect(proposal).toMatchObject({
      confidence: 'propose',
      adds: { fields: { priority: { values: { urgent: 's-0', low: 's-3' } } } },
    })
  })
})

describe('how solved tickets use a field', () => {
  const taxonomy = taxonomyOf([choice('service', { vpn: 'VPN', mail: 'Mail', crm: 'CRM' })])
  const fields = [field('f', 'Service', ['VPN', 'Mail', 'CRM', 'General'])]
  const service = (samples: SolvedTicket[]) => proposalOf(desk({ fields }, { taxonomy, samples }), 'fields.service')
  const set = (birth: string[], now: string[], by: 'person' | 'robot' | 'customer' | 'nobody') => ({
    f: { birth, now, by },
  })

  test('by agents: proposed, with three real tickets', () => {
    const proposal = service(solved(30, (i) => set([], [`f-${i % 4}`], 'person')))
    expect(proposal).toMatchObject({ confidence: 'propose', reason: expect.stringContaining('mostly by agents') })
    expect(proposal.tickets).toMatchObject([
      { key: 'SUP-0', has: 'VPN', wouldWrite: 'VPN', because: expect.stringContaining('vpn') },
      { key: 'SUP-1', has: 'Mail', wouldWrite: 'Mail' },
      { key: 'SUP-2', has: 'CRM', wouldWrite: 'CRM' },
    ])
  })
  test('by customers when they write: proposed with a warning, and left alone in the tickets', () => {
    const proposal = service(solved(30, () => set(['f-0'], ['f-0'], 'customer')))
    expect(proposal).toMatchObject({ confidence: 'propose', warnings: [expect.stringContaining('Customers')] })
    expect(proposal.tickets[0]).toMatchObject({
      has: 'VPN',
      wouldWrite: null,
      because: expect.stringContaining('left alone'),
    })
  })
  test.each([['by automations only', solved(30, () => set([], ['f-0'], 'robot'))]])('%s: asked', (reason, samples) => {
    expect(service(samples)).toMatchObject({ confidence: 'ask', reason: expect.stringContaining(reason) })
  })
  test('hardly ever: another field goes before it, and without the right name it is asked', () => {
    const used = { ...fields[0]!, id: 'g', name: 'Zone' }
    const samples = solved(40, (i) => ({
      ...set([], i === 0 ? ['f-0'] : [], i === 0 ? 'person' : 'nobody'),
      g: { birth: [], now: [`f-${i % 3}`], by: 'person' },
    }))
    const best = (list: MetadataField[]) => proposalOf(desk({ fields: list }, { taxonomy, samples }), 'fields.service')
    expect(best([fields[0]!, used])).toMatchObject({ confidence: 'propose', target: 'Zone (g)' })
    expect(best(fields)).toMatchObject({ confidence: 'propose', reason: expect.stringContaining('hardly anybody') })
    expect(best([{ ...fields[0]!, name: 'Zone' }])).toMatchObject({ confidence: 'ask' })
  })
  test('a value that most new tickets have and agents change counts as empty', () => {
    const samples = solved(30, (i) => set(['f-3'], [i % 2 ? 'f-0' : 'f-3'], i % 2 ? 'person' : 'nobody'))
    const proposal = service(samples)
    expect(proposal.adds?.fields?.service).toMatchObject({ blank: ['f-3'] })
    expect(proposal.tickets.find(({ has }) => has === 'VPN')).toMatchObject({ wouldWrite: 'VPN' })
  })
})

describe('several projects', () => {
  const places = [
    { id: 'SUP', name: 'Support' },
    { id: 'HR', name: 'People' },
  ]
  const taxonomy = taxonomyOf([choice('service', { vpn: 'VPN', mail: 'Mail' }), priority])
  const both = { where: ['SUP', 'HR'] }

  test('with the same options need one mapping', () => {
    const fields = [field('f', 'Service', ['VPN', 'Mail'], both)]
    const { byPlace, mapping } = proposeMapping(desk({ places, fields }, { taxonomy }))
    expect(byPlace).toEqual([])
    expect(mapping.fields.service).toMatchObject({ values: { vpn: 'f-0', mail: 'f-1' } })
  })
  test('with other option ids and schemes get one each', () => {
    const options = places.flatMap(({ id }) =>
      ['VPN', 'Mail'].map((name) => ({ id: `${id}-${name}`, name, where: [id] })),
    )
    const fields = [field('f', 'Service', [], { ...both, options })]
    const list = [
      ...priorities(['Highest', 'High', 'Medium', 'Low'], { where: ['SUP'] }),
      ...priorities(['P1', 'P2', 'P3', 'P4'], { where: ['HR'] }).map((one) => ({ ...one, id: `h${one.id}` })),
    ]
    const { byPlace, mapping } = proposeMapping(desk({ places, fields, priorities: list }, { taxonomy }))
    expect(mapping.fields).toEqual({})
    expect(byPlace.map(({ place, mapping: own }) => [place.id, own.fields])).toMatchObject([
      ['SUP', { service: { values: { vpn: 'SUP-VPN' } }, priority: { values: { urgent: 'p0' } } }],
      ['HR', { service: { values: { vpn: 'HR-VPN' } }, priority: { values: { urgent: 'hp0' } } }],
    ])
  })
})

test('a flag takes the checkbox with its name, and is asked', () => {
  const taxonomy = taxonomyOf([{ id: 'vip', kind: 'flag', title: 'VIP customer' }])
  const box = field('b', 'VIP customer', [], {
    writeAs: ['checkbox'],
    options: [
      { id: 'true', name: 'ticked' },
      { id: 'false', name: 'not ticked' },
    ],
  })
  const other = { ...box, id: 'c', name: 'Approved' }
  expect(proposalOf(desk({ fields: [other, box] }, { taxonomy }), 'fields.vip')).toMatchObject({
    confidence: 'ask',
    adds: { fields: { vip: { id: 'b', values: { true: 'true', false: 'false' } } } },
  })
})
