import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, Problem, said } from '../../api.ts'
import { showFault } from '../../parts/fault.tsx'
import { type Change, type Connection, connection } from './queries.ts'

/** Changes parts of a connection, unless somebody else has changed it meanwhile: then what they did is shown first. */
export function useChange({ name, tag }: Connection) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (json: Change) =>
      said(api.connections[':name'].$patch({ param: { name }, query: {}, header: { 'if-match': tag }, json })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['connections'] }),
    onError: (error) => {
      showFault(error)
      if (error instanceof Problem && error.status === 412) return client.invalidateQueries(connection(name))
    },
  })
}
