import { Kbd, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import './words.ts'

const KEYS = [
  ['move', ['j', 'k']],
  ['digit', ['1', '…', '9']],
  ['confirm', ['Enter']],
  ['edit', ['e']],
  ['undo', ['u']],
  ['select', ['x']],
  ['bulk', ['Shift', 'Enter']],
  ['help', ['?']],
] as const

export function Help({ close }: { close: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened
      onClose={close}
      centered
      title={t('review.help')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <dl className="keylist">
        {KEYS.map(([what, keys]) => (
          <div key={what}>
            <dt>{keys.map((key) => (key === '…' ? '…' : <Kbd key={key}>{key}</Kbd>))}</dt>
            <dd>{t(`review.key.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
