/** Key shares for hellos: real public keys, whose private halves are wiped at once, since nothing is ever agreed. */
import { isHybridgeError, wipe } from '../../bytes/index.ts';
import { kemFor } from '../../kem/index.ts';
import type { Provider } from '../../provider/index.ts';
import type { EngineGroup } from '../engine.ts';
import type { KeyShareEntry } from '../extension.ts';

/** A fresh key share; `undefined` when the provider lacks something that the group is made of. */
export async function keyShareFor(
  provider: Provider,
  { algorithm, code }: EngineGroup,
): Promise<KeyShareEntry | undefined> {
  try {
    const { publicKey, privateKey } = await kemFor(provider, algorithm).generateKeyPair(provider.random);
    wipe(privateKey);
    return { group: code, keyExchange: publicKey };
  } catch (error) {
    if (isHybridgeError(error, 'unsupported')) return undefined;
    throw error;
  }
}

/** Fresh key shares of the groups that the provider can do. */
export async function keySharesFor(
  provider: Provider,
  groups: readonly EngineGroup[],
): Promise<readonly KeyShareEntry[]> {
  const shares = await Promise.all(groups.map((group) => keyShareFor(provider, group)));
  return shares.filter((share) => share !== undefined);
}
