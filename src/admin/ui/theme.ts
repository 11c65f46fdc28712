import { Badge, Button, type CSSVariablesResolver, createTheme, Input, Paper, Table, Tooltip } from '@mantine/core'

// One accent; colour otherwise means an outcome.
const rail = [
  '#e6f6f5',
  '#d2ebe9',
  '#a5d8d4',
  '#74c3bd',
  '#4cb2aa',
  '#33a89f',
  '#1f9c93',
  '#0b7a75',
  '#08635f',
  '#034c49',
] as const

// Cooler greys than Mantine's own, in its ten steps from text to the deepest ground.
const dark = [
  '#d5dae1',
  '#b4bcc7',
  '#8f99a7',
  '#6f7886',
  '#3a414c',
  '#2f353f',
  '#20252c',
  '#15181d',
  '#101317',
  '#0b0d10',
] as const

export const theme = createTheme({
  primaryColor: 'rail',
  primaryShade: 7, // one for both schemes: autoContrast looks at the light one only
  autoContrast: true,
  colors: { rail, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '650' },
  defaultRadius: 'md',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Input: Input.extend({ defaultProps: { size: 'sm' } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 'lg' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 550 } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true } }),
  },
})

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#5b6472',
    '--page': '#f6f7f9',
    '--line': '#e3e6eb',
    '--applied': '#0b7a75',
    '--suggested': '#2563c9',
    '--held': '#c77700',
    '--skipped': '#8a93a1',
    '--failed': '#c92a2a',
    '--waiting': '#7048c8',
    '--warn': '#8a5200',
  },
  dark: {
    '--mantine-color-body': '#15181d',
    '--mantine-color-dimmed': '#9aa4b2',
    '--page': '#0e1013',
    '--line': '#272c34',
    '--applied': '#2fb5aa',
    '--suggested': '#5c9bff',
    '--held': '#f0a63a',
    '--skipped': '#6f7886',
    '--failed': '#ff6b6b',
    '--waiting': '#a78bfa',
    '--warn': '#f0a63a',
  },
})
