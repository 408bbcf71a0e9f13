/** What is wrong with a private key file: the seed, the expanded form, and what stands around them. */
import { HybridgeError, isHybridgeError } from '../../bytes/index.ts';
import {
  importKey,
  type ImportOptions,
  inspectKey,
  type KeyEncoding,
  type KeyInput,
} from '../../keys/index.ts';
import type { Provider } from '../../provider/index.ts';
import { apply, type LintFinding, type Rule, when } from './rule.ts';

/** What rules on keys look at. */
export interface KeyFileFacts {
  /** How the file is written; `undefined` where it cannot be read. */
  readonly encoding: KeyEncoding | undefined;
  /** Why the key is refused. */
  readonly problem: HybridgeError | undefined;
}

const WHERE = 'privateKey';

/** Rules on private keys. */
export const KEY_RULES: readonly Rule<KeyFileFacts>[] = [
  {
    id: 'key-inconsistent',
    subject: 'key',
    severity: 'error',
    section: 'RFC 9881 §8.2, RFC 9935 §8',
    description:
      'The parts of the key do not belong together: the seed expands to another key, the hash inside is wrong, or the public key beside it is another’s.',
    check: ({ problem }) => when(isHybridgeError(problem, 'invalid_key'), WHERE, problem?.message ?? ''),
  },
  {
    id: 'key-malformed',
    subject: 'key',
    severity: 'error',
    section: 'RFC 5958 §2; RFC 9881 §6, RFC 9935 §6',
    description: 'The file is not in its format, or a part of it has a size that it cannot have.',
    check: ({ problem }) =>
      when(
        isHybridgeError(problem, 'invalid_encoding') || isHybridgeError(problem, 'invalid_length'),
        WHERE,
        problem?.message ?? '',
      ),
  },
  {
    id: 'key-algorithm',
    subject: 'key',
    severity: 'error',
    section: 'registry of algorithms',
    description: 'The key is of an algorithm that is obsolete, with the replacement, or that is not known.',
    check: ({ problem }) =>
      when(
        isHybridgeError(problem, 'unknown_algorithm') || isHybridgeError(problem, 'unsupported'),
        WHERE,
        [problem?.message, problem?.hint].filter((part) => part !== undefined).join('; '),
      ),
  },
  {
    id: 'key-bare-form',
    subject: 'key',
    severity: 'warning',
    section: 'RFC 9881 §6, RFC 9935 §6',
    description:
      'Seed or expanded key stand without the CHOICE around them, or private and public key in one string: few read these.',
    check: ({ encoding }) =>
      when(encoding?.standard === false, WHERE, `written as ${encoding?.form ?? 'no standard has it'}`),
  },
  {
    id: 'key-expanded-only',
    subject: 'key',
    severity: 'warning',
    section: 'RFC 9881 §8.1, RFC 9935 §7',
    description:
      'The expanded key without its seed: no seed can be recovered from it, so that software that keeps seeds cannot take it.',
    check: ({ encoding }) =>
      when(
        encoding?.form === 'expanded' ||
          encoding?.form === 'bare-expanded' ||
          encoding?.form === 'oqs-key-pair',
        WHERE,
        'the expanded key alone',
      ),
  },
  {
    id: 'key-both-forms',
    subject: 'key',
    severity: 'notice',
    section: 'RFC 9881 §6, RFC 9935 §6',
    description:
      'Seed and expanded key together: kilobytes in place of a seed, and implementations that keep seeds alone refuse it.',
    check: ({ encoding }) =>
      when(encoding?.form === 'both', WHERE, 'seed and expanded key; the seed is enough'),
  },
];

/**
 * What is wrong with a private key file. The key is imported for it, so that its parts are known to belong together;
 * findings hold no key material.
 *
 * @param input - PKCS#8 in PEM or DER, JWK, COSE_Key, encrypted or not.
 * @throws {@link HybridgeError} `invalid_argument` for a public key or a missing password; `decryption_failed` for a
 * wrong one; `wrong_algorithm` when `options` ask for another algorithm.
 *
 * @example
 * ```ts
 * import { lintKey } from 'hybridge/certificates';
 * import { exportPrivateKey } from 'hybridge/keys';
 * import { createNobleProvider } from 'hybridge/providers/noble';
 * import { generateKeyPair } from 'hybridge/sign';
 *
 * const provider = createNobleProvider();
 * const { privateKey } = await generateKeyPair(provider, 'ML-DSA-44');
 * const file = await exportPrivateKey(provider, privateKey, { format: 'pem', form: 'both' });
 * for (const { rule, text } of await lintKey(provider, file)) console.log(rule, text); // key-both-forms ...
 * ```
 */
export async function lintKey(
  provider: Provider,
  input: KeyInput,
  options: ImportOptions = {},
): Promise<readonly LintFinding[]> {
  return apply(KEY_RULES, await factsOfKey(provider, input, options));
}

async function factsOfKey(
  provider: Provider,
  input: KeyInput,
  options: ImportOptions,
): Promise<KeyFileFacts> {
  try {
    const { kind, key, encoding } = await importKey(provider, input, options);
    if (kind === 'public')
      throw new HybridgeError('invalid_argument', 'lint: a public key where a private key is expected', {
        fault: 'caller',
      });
    key[Symbol.dispose]();
    return { encoding, problem: undefined };
  } catch (error) {
    if (!isHybridgeError(error) || !TOLD.has(error.code)) throw error;
    return { encoding: encodingOf(input, options), problem: error };
  }
}

/** How a key that cannot be imported is written, as far as that can be said. */
function encodingOf(input: KeyInput, { format }: ImportOptions): KeyEncoding | undefined {
  try {
    return inspectKey(input, format === undefined ? {} : { format }).encoding;
  } catch (error) {
    if (isHybridgeError(error)) return undefined;
    throw error;
  }
}

/** What a rule has to say about; other errors are the caller's. */
const TOLD: ReadonlySet<HybridgeError['code']> = new Set<HybridgeError['code']>([
  'invalid_encoding',
  'invalid_key',
  'invalid_length',
  'unknown_algorithm',
  'unsupported',
]);
