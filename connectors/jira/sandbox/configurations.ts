/**
 * Sites as companies have them, in the shapes that the vendor's documentation and public issue threads show. Each keeps the
 * same services, categories, priorities and groups in its own way.
 */
import { CATEGORIES, type Configuration, numbered, SERVICES } from '../../configuration.ts'
import {
  agentId,
  at,
  CATEGORY,
  category,
  field,
  IMPACT,
  IN_TREE,
  ids,
  impactAndUrgency,
  MATRIX,
  mapped,
  optionsOf,
  people,
  priority,
  route,
  SERVICE,
  service,
  TREE,
  URGENCY,
  usual,
} from './configuration-parts.ts'
import type { JiraSandboxOptions, Model, SandboxProject } from './model.ts'

export type JiraConfiguration = Configuration<Model> & { options: JiraSandboxOptions }

const SUP: SandboxProject = { key: 'SUP', name: 'Support', type: 'service_desk' }
const PROJECTS = ['SUP', 'HR', 'DEV']
const PLANS = ['P1 - Kritisch', 'P2 - Hoch', 'P3 - Mittel', 'P4 - Niedrig', 'P5 - Wunsch']
const TEAMS = ['network', 'mobile', 'tv', 'billing', 'accounts', 'hosting', 'workplace']

export const jiraConfigurations: JiraConfiguration[] = [
  {
    name: 'jira-cascading',
    about: 'the service is a cascading field, Product > Module, cut at different heights',
    options: { bare: true, fields: [field(10_130, 'Product / Module', 'cascadingselect', TREE), CATEGORY] },
    mapping: usual({ service: at(10_130, 'cascading', IN_TREE), category, priority }),
  },
  {
    name: 'jira-request-types',
    about: 'customers choose a request type when they write, and it is the category',
    options: {
      bare: true,
      fields: [SERVICE, field(10_010, 'Request Type', 'requesttype')],
      requestTypes: [...Object.values(CATEGORIES), 'Something else'].map((name, i) => ({ id: String(70 + i), name })),
    },
    born: (n) => ({ customfield_10010: String(70 + (n % 8)) }),
    mapping: usual({ service, category: at(10_010, 'request-type', ids(70, CATEGORIES)), priority }),
  },
  {
    name: 'jira-default-assignee',
    about: 'the lead of the project gets every new issue, or the lead of its component',
    options: {
      bare: true,
      fields: [SERVICE, CATEGORY],
      projects: [{ ...SUP, lead: agentId(8) }],
    },
    mapping: (site) => mapped({ service, category, priority }, { ...route(site), assignee: { blank: [agentId(8)] } }),
  },
  {
    name: 'jira-priority-scheme',
    about: 'the project has a priority scheme of its own, P1 to P5 in German, with its own default',
    options: {
      bare: true,
      fields: [SERVICE, CATEGORY],
      priorities: [
        { id: '1', name: 'Highest' },
        { id: '2', name: 'High' },
        { id: '3', name: 'Medium', isDefault: true },
        { id: '4', name: 'Low' },
        ...optionsOf(10_001, PLANS).map(({ id, value }) => ({ id, name: value })),
      ],
      projects: [{ ...SUP, priorities: PLANS.map((_, i) => String(10_001 + i)), defaultPriority: '10003' }],
    },
    mapping: usual({
      service,
      category,
      priority: {
        to: 'priority',
        values: { urgent: '10001', high: '10002', normal: '10003', low: '10004' },
        blank: ['10003'],
      },
    }),
  },
  {
    name: 'jira-impact-urgency',
    about: 'an automation computes the priority, which is on no screen, from Impact and Urgency',
    options: {
      bare: true,
      fields: [SERVICE, CATEGORY, IMPACT, URGENCY],
      hidden: [{ field: 'priority' }],
      matrix: MATRIX,
    },
    mapping: usual({ service, category, priority: impactAndUrgency }),
  },
  {
    name: 'jira-portal-twins',
    about: 'agents have an account of the customer portal with the same name, which the assignee box offers too',
    options: { bare: true, fields: [SERVICE, CATEGORY], portalPeople: ['Asta Berg', 'Ilya Sorokin'] },
    mapping: usual({ service, category, priority }),
  },
  {
    name: 'jira-three-projects',
    about: 'three projects: the same field with other options in each, one team-managed with a field of the same title',
    options: {
      bare: true,
      projects: [
        SUP,
        { key: 'HR', name: 'People', type: 'service_desk' },
        { key: 'DEV', name: 'Development', type: 'software' },
      ],
      fields: [
        field(10_110, 'Service', 'select', [
          ...optionsOf(12_000, SERVICES, ['SUP']),
          ...optionsOf(12_100, SERVICES, ['HR']),
        ]),
        field(10_199, 'Service', 'select', optionsOf(12_200, SERVICES, ['DEV'])),
        CATEGORY,
      ],
      components: PROJECTS.slice(0, 2).flatMap((project, p) =>
        ['Network', 'Mobile', 'TV', 'Billing', 'Accounts', 'Hosting', 'Workplace'].map((name, i) => ({
          id: String(13_000 + p * 100 + i),
          name,
          project,
        })),
      ),
      hidden: [
        { field: 'customfield_10110', project: 'DEV' },
        { field: 'customfield_10199', project: 'SUP' },
        { field: 'customfield_10199', project: 'HR' },
        { field: 'priority', project: 'DEV' },
        { field: 'components', project: 'DEV' },
        { field: 'labels', project: 'DEV' },
      ],
    },
    places: () => PROJECTS,
    born: (n) => ({ project: { key: PROJECTS[n % 3] } }),
    mapping: (site, place) =>
      place === 'DEV'
        ? mapped({ service: at(10_199, 'select', ids(12_200, SERVICES)), category }, people(site))
        : mapped(
            { service: at(10_110, 'select', ids(place === 'HR' ? 12_100 : 12_000, SERVICES)), category, priority },
            route(site, place),
          ),
  },
  {
    name: 'jira-required-on-edit',
    about: 'an edit is refused while another field is empty, as some validators do',
    options: {
      bare: true,
      fields: [SERVICE, CATEGORY, { ...field(10_177, 'Cost centre', 'textfield'), demanded: true }],
    },
    born: (n) => ({ customfield_10177: `K-${100 + (n % 5)}` }),
    mapping: usual({ service, category, priority }),
  },
  {
    name: 'jira-lists',
    about: 'the service is one of several options of a multi-select, and there are checkboxes',
    options: {
      bare: true,
      fields: [
        field(10_160, 'Affected products', 'multiselect', optionsOf(11_600, [...Object.values(SERVICES), 'Fax'])),
        field(10_161, 'Flags', 'multicheckboxes', optionsOf(11_690, ['VIP', 'Security'])),
        CATEGORY,
      ],
    },
    mapping: usual({ service: at(10_160, 'multiselect', ids(11_600, SERVICES)), category, priority }),
  },
  {
    name: 'jira-pickers',
    about: 'the group is in a group picker, which lists nothing; there is a user picker too, and no component',
    options: {
      bare: true,
      fields: [
        SERVICE,
        CATEGORY,
        field(10_170, 'Assignment group', 'grouppicker'),
        field(10_171, 'Engineer', 'userpicker'),
      ],
      components: [],
      userGroups: TEAMS.map((name) => `${name}-agents`),
    },
    mapping: (site) =>
      mapped(
        { service, category, priority },
        {
          ...people(site),
          group: { to: 'field', id: 'customfield_10170', type: 'group', values: {}, blank: [] },
          groups: Object.fromEntries(
            TEAMS.map((name) => [name === 'tv' ? 'TV' : name[0]!.toUpperCase() + name.slice(1), `${name}-agents`]),
          ),
        },
      ),
  },
  {
    name: 'jira-labels-and-numbers',
    about: 'the service is a word in a field of labels; there are a number and a text with similar names',
    options: {
      bare: true,
      fields: [
        field(10_181, 'Products', 'labels'),
        field(10_180, 'Churn score', 'float'),
        field(10_182, 'Score (text)', 'textfield'),
        CATEGORY,
      ],
    },
    mapping: usual({
      service: at(10_181, 'labels', Object.fromEntries(Object.keys(SERVICES).map((value) => [value, value]))),
      category,
      priority,
    }),
  },
  {
    name: 'jira-dangerous-fields',
    about: 'a security level whose options look like categories: written, it would hide the ticket',
    options: {
      bare: true,
      fields: [
        SERVICE,
        { id: 'security', name: 'Type', kind: 'securitylevel', options: optionsOf(11_800, CATEGORIES) },
      ],
    },
    mapping: usual({ service, priority }),
  },
  {
    name: 'jira-large',
    about: '20,000 users before the agents, 20 projects of 6 issue types, 200 components and options',
    options: {
      bare: true,
      crowd: 20_000,
      issueTypes: 6,
      projects: Array.from({ length: 20 }, (_, n) => ({ ...SUP, key: `P${n + 1}`, name: `Project ${n + 1}` })),
      fields: [
        field(
          10_110,
          'Affected service',
          'select',
          optionsOf(20_000, [...Object.values(SERVICES), ...numbered('Asset', 190)]),
        ),
        CATEGORY,
      ],
      components: numbered('Component', 200).map((name, i) => ({ id: String(30_000 + i), name })),
    },
    mapping: () => mapped({ service: at(10_110, 'select', ids(20_000, SERVICES)), category, priority }),
  },
  {
    name: 'jira-missing-rights',
    about: 'our account may not edit or assign, and the service is on no edit screen',
    options: {
      bare: true,
      fields: [SERVICE, CATEGORY],
      lacking: ['EDIT_ISSUES', 'ASSIGN_ISSUES'],
      hidden: [{ field: SERVICE.id, edit: true }],
    },
    mapping: usual({ category, priority }),
  },
  {
    name: 'jira-assignee-off-screen',
    about: 'the assignee is on no edit screen: agents use the assign dialog',
    options: { bare: true, fields: [SERVICE, CATEGORY], hidden: [{ field: 'assignee', edit: true }] },
    mapping: usual({ service, category, priority }),
  },
]
