import { type NotificationData, notifications } from '@mantine/notifications'
import i18next from 'i18next'

/** Says in a corner of the page what was done. */
export function tell(message: string, more: Partial<NotificationData> = {}) {
  const closeButtonProps = { 'aria-label': i18next.t('common.close') }
  notifications.show({ color: 'rail', message, closeButtonProps, ...more })
}
