/** The address of a helpdesk and how we sign in there: the fields are those that its adapter asks for. */
import { PasswordInput, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Problem } from '../../api.ts'
import { useCredentialsName, usePartName, vendorName } from './names.ts'
import type { Adapter } from './queries.ts'

export type AccessParts = {
  baseUrl: string
  settings: Record<string, string>
  /** Of one kind; what was typed for another kind is kept while the form is open. */
  kind: string
  parts: Record<string, string>
}

export const newAccess = ({ settings, credentials }: Adapter, baseUrl = '', kind?: string): AccessParts => ({
  baseUrl,
  settings: Object.fromEntries(settings.map((one) => [one.name, one.default])),
  kind: kind ?? credentials[0]!.kind,
  parts: {},
})

/** As the API takes it. What was left empty is left out. */
export function accessOf({ credentials }: Adapter, { baseUrl, settings, kind, parts }: AccessParts) {
  const wanted = credentials.find((one) => one.kind === kind)?.parts ?? []
  const given = wanted.flatMap(({ name }) => (parts[name] ? [[name, parts[name].trim()] as const] : []))
  return { baseUrl: withScheme(baseUrl), settings, credentials: { kind, ...Object.fromEntries(given) } }
}

/** People paste `acme.atlassian.net`. */
function withScheme(address: string): string {
  const text = address.trim()
  return /^https?:\/\//.test(text) ? text : `https://${text}`
}

/** What the API says is wrong with one part. */
export function faultAt(error: unknown, path: string): string | undefined {
  if (!(error instanceof Problem)) return undefined
  return error.faults.find((fault) => fault.path === path || fault.path.startsWith(`${path}.`))?.message
}

type Props = {
  adapter: Adapter
  value: AccessParts
  onChange: (value: AccessParts) => void
  error: unknown
  /** The credentials may stay as they are. */
  keep?: boolean
}

export function AccessFields({ adapter, value, onChange, error, keep }: Props) {
  const { t } = useTranslation()
  const nameOf = usePartName()
  const kindName = useCredentialsName()
  const { parts = [] } = adapter.credentials.find(({ kind }) => kind === value.kind) ?? {}
  return (
    <>
      <TextInput
        label={t('connections.address', { desk: vendorName(adapter.kind) })}
        placeholder="https://acme.example.com"
        value={value.baseUrl}
        onChange={(event) => onChange({ ...value, baseUrl: event.currentTarget.value })}
        error={faultAt(error, 'baseUrl')}
        required
        withAsterisk={false}
        data-autofocus
        autoFocus
      />
      {adapter.settings.map(({ name, choices }) => (
        <Select
          key={name}
          label={nameOf(name)}
          data={choices.map((choice) => ({ value: choice, label: nameOf(choice) }))}
          value={value.settings[name] ?? null}
          onChange={(choice) => choice && onChange({ ...value, settings: { ...value.settings, [name]: choice } })}
          allowDeselect={false}
          error={faultAt(error, `settings.${name}`)}
        />
      ))}
      <div>
        <div className="label" id="credentials-kind">
          {t('connections.signInWith')}
        </div>
        <SegmentedControl
          aria-labelledby="credentials-kind"
          value={value.kind}
          onChange={(kind) => onChange({ ...value, kind })}
          data={adapter.credentials.map(({ kind }) => ({ value: kind, label: kindName(kind) }))}
          fullWidth
        />
      </div>
      {parts
        // The first three of a token's parts come from the helpdesk, the rest is made when it is renewed.
        .filter(({ name }) => !['accessToken', 'expiresAt'].includes(name))
        .map(({ name, secret, optional }) => {
          const props = {
            label: optional ? t('connections.optional', { name: nameOf(name) }) : nameOf(name),
            value: value.parts[name] ?? '',
            onChange: (event: { currentTarget: { value: string } }) =>
              onChange({ ...value, parts: { ...value.parts, [name]: event.currentTarget.value } }),
            error: faultAt(error, `credentials.${name}`),
            required: !optional && !keep,
            withAsterisk: false,
            autoComplete: 'off',
          }
          return secret ? (
            <PasswordInput key={name} {...props} visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }} />
          ) : (
            <TextInput key={name} {...props} />
          )
        })}
    </>
  )
}
