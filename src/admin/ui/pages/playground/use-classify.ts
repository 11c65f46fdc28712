import { useMutation } from '@tanstack/react-query'
import { api, said } from '../../api.ts'

export const CLASSIFIERS = ['embedded', 'endpoint', 'cascade'] as const
export type Choice = (typeof CLASSIFIERS)[number]
type Asked = { subject: string; text: string; connection?: string; classifier?: Choice }

/** Decides a text without writing anything. */
export function useClassify() {
  return useMutation({ mutationFn: (json: Asked) => said(api.classify.$post({ json })) })
}

export type Classified = NonNullable<ReturnType<typeof useClassify>['data']>
