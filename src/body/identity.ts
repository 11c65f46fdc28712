import type { Delivery, EdgeConnector } from '../contract/index.ts'
import { sha256Hex } from '../secrets.ts'

/** `digest` is the SHA-256 of the whole body; `key` is the same for the same delivery that is sent again. */
export type Identity = { digest: string; key: string }

/** By what a repeated delivery is recognised: the vendor's identifier, else the digest of the body. */
export async function identityOf(
  { identify }: Pick<EdgeConnector, 'identify'>,
  delivery: Delivery,
  body: unknown,
): Promise<Identity> {
  const digest = delivery.whole?.digest ?? (await sha256Hex(delivery.body))
  const identifier = identify(delivery, body, digest)
  if (identifier === null) return { digest, key: digest }
  // An index does not take a longer one.
  return { digest, key: identifier.length <= 500 ? identifier : await sha256Hex(identifier) }
}
