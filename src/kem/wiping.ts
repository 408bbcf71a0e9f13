import { wipe } from '../bytes/index.ts';
import { type Awaitable, isPromiseLike } from '../provider/index.ts';

/** Does something and then overwrites secrets, when it is done and whatever came of it. */
export function thenWipe<T>(action: () => Awaitable<T>, ...secrets: readonly Uint8Array[]): Awaitable<T> {
  let result: Awaitable<T>;
  try {
    result = action();
  } catch (error) {
    wipe(...secrets);
    throw error;
  }
  if (isPromiseLike(result))
    return Promise.resolve(result).finally(() => {
      wipe(...secrets);
    });
  wipe(...secrets);
  return result;
}
