import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inflateSync } from 'node:zlib';
import { toHex } from '../../src/bytes/index.ts';
import { type ErrorCode, isHybridgeError } from '../../src/bytes/index.ts';
import {
  decodeAgeIdentity,
  decodeAgeRecipient,
  encodeAgeIdentity,
  encodeAgeRecipient,
  open,
} from '../../src/hpke/index.ts';
import { PROVIDERS } from '../kem/support.ts';
import { expectBytes, runCases, Skip } from '../support/tally.ts';
import { ageFiles } from '../support/vectors.ts';
import { collect, inPieces } from './age-support.ts';

/** A file of C2SP's CCTV collection: a header of keys and values, an empty line, an age file. */
interface CctvCase {
  readonly id: string;
  readonly verdict: string;
  readonly note: string;
  readonly identities: readonly string[];
  readonly passphrase: boolean;
  /** SHA-256 of what may be given out, also when the file turns out to be bad further on. */
  readonly payload: string | undefined;
  readonly file: Uint8Array;
}

/** What each verdict of the collection comes to here. */
const CODES: Readonly<Record<string, readonly (ErrorCode | 'success')[]>> = {
  success: ['success'],
  'header failure': ['invalid_encoding', 'invalid_key'],
  'armor failure': ['invalid_encoding'],
  'payload failure': ['decryption_failed', 'invalid_encoding'],
  'no match': ['decryption_failed'],
  'HMAC failure': ['decryption_failed'],
};

/** For files that fail before a key is needed; any key would do. */
const SOME_IDENTITY = 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX';

function cctvCase(id: string, bytes: Uint8Array): CctvCase {
  const end = Buffer.from(bytes).indexOf('\n\n');
  const fields = Buffer.from(bytes.subarray(0, end))
    .toString('utf8')
    .split('\n')
    .map((line) => /^([^:]+): (.*)$/.exec(line)?.slice(1) ?? []);
  const values = (name: string): readonly string[] =>
    fields.flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []));
  const rest = bytes.subarray(end + 2);
  return {
    id,
    verdict: values('expect')[0] ?? '',
    note: values('comment')[0] ?? '',
    identities: values('identity'),
    passphrase: values('passphrase').length > 0,
    payload: values('payload')[0],
    file: values('compressed')[0] === 'zlib' ? inflateSync(rest) : rest,
  };
}

async function cctvCases(): Promise<readonly CctvCase[]> {
  const files: readonly (readonly [string, unknown])[] = Object.entries(await import('cctv-age'));
  return files.flatMap(([id, bytes]) => (bytes instanceof Uint8Array ? [cctvCase(id, bytes)] : []));
}

describe.each(PROVIDERS)('age files of others, %s', (name, provider) => {
  it('CCTV: opens what is good and refuses the rest, giving out no more than is genuine', async () => {
    await runCases(`CCTV age, ${name}`, await cctvCases(), async (item) => {
      if (item.passphrase) return new Skip('passphrases are not offered');
      const identities = item.identities.length > 0 ? item.identities : [SOME_IDENTITY];
      const given = createHash('sha256');
      let outcome: string = 'success';
      try {
        for await (const piece of open(provider, { identities }, item.file)) given.update(piece);
      } catch (error) {
        if (!isHybridgeError(error)) throw error;
        outcome = error.code;
      }
      expect(CODES[item.verdict], item.verdict).toContain(outcome);
      if (item.payload !== undefined) expect(given.digest('hex'), 'payload').toBe(item.payload);
      return undefined;
    });
  });

  it('age: opens its files, whole and in odd pieces', async () => {
    await runCases(`age files, ${name}`, ageFiles(), async (item) => {
      const identities = [item.identity];
      expectBytes(await collect(open(provider, { identities }, item.file)), item.plaintext, 'content');
      const pieces = inPieces(item.file, 1, 65_551, 16, 3000);
      expectBytes(await collect(open(provider, { identities }, pieces)), item.plaintext, 'content');
    });
  });

  it('age: reads and writes its keys', async () => {
    await runCases(`age keys, ${name}`, ageFiles().slice(0, 1), async ({ identity, recipient }) => {
      const privateKey = await decodeAgeIdentity(provider, identity);
      const publicKey = await decodeAgeRecipient(provider, recipient);
      expect(toHex(privateKey.publicKey.bytes())).toBe(toHex(publicKey.bytes()));
      expect(encodeAgeIdentity(privateKey)).toBe(identity);
      expect(encodeAgeRecipient(privateKey.publicKey)).toBe(recipient);
    });
  });
});
