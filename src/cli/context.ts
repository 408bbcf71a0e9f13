import { readSmall } from './input.ts';

/** The bytes that `--context TEXT|@FILE` means. */
export async function contextBytes(flag: string | undefined): Promise<Uint8Array | undefined> {
  if (flag === undefined) return undefined;
  return flag.startsWith('@') ? readSmall(flag.slice(1), 'context') : new TextEncoder().encode(flag);
}

/** The file that `--context @FILE` reads, if it does. */
export function contextFile(flag: string | undefined): string | undefined {
  return flag?.startsWith('@') === true ? flag.slice(1) : undefined;
}
