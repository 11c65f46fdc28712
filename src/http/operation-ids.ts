const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const
type Paths = Record<string, { [M in (typeof METHODS)[number]]?: { operationId?: string } }>

/**
 * Names each operation by its method and path, for generated clients: `GET /api/v1/decisions/{id}` is `getDecisionsById`.
 * A name that a route gives itself stays.
 */
export function nameOperations(paths: Paths): void {
  for (const [path, operations] of Object.entries(paths))
    for (const method of METHODS) {
      const operation = operations[method]
      if (operation) operation.operationId ??= nameOf(method, path)
    }
}

function nameOf(method: string, path: string): string {
  const words = path
    .replace(/^\/api\/v1/, '')
    .replace(/\{(\w+)\}/g, (_, parameter: string) => `by-${parameter}`)
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
}
