import { readSmall } from './files.ts';

/** The bytes that `--context TEXT|@FILE` means. */
export async function contextBytes(flag: string | undefined): Promise<Uint8Array | undefined> {
  if (flag === undefined) return undefined;
  return flag.startsWith('@') ? readSmall(flag.slice(1), 'context') : new TextEncoder().encode(flag);
}
