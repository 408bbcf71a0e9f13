import { Option } from '@commander-js/extra-typings';
import { encodeAgeIdentity, encodeAgeRecipient } from '../hpke/index.ts';
import { exportKey, PrivateKey, PublicKey } from '../index.ts';
import type { KemDescriptor } from '../registry/index.ts';
import { CommandError } from './command-error.ts';

/** Formats of key files that the commands write. */
export const FILE_FORMATS = ['pem', 'der', 'jwk', 'cose', 'raw', 'age'] as const;

/** One of {@link FILE_FORMATS}. */
export type FileFormat = (typeof FILE_FORMATS)[number];

/** How a key file is to look. */
export interface KeyFileOptions {
  readonly format: FileFormat;
  readonly form: 'both' | 'expanded' | 'seed';
  readonly password?: string | undefined;
}

/** `--format`, the same for every command that writes keys. */
export const formatOption: Option<'--format <format>', undefined, 'pem', undefined, false, FileFormat> =
  new Option('--format <format>', 'how the key is written').choices(FILE_FORMATS).default('pem');

/** `--form`, for private ML-KEM and ML-DSA keys. */
export const formOption: Option<
  '--form <form>',
  undefined,
  'seed',
  undefined,
  false,
  KeyFileOptions['form']
> = new Option('--form <form>', 'private ML-KEM and ML-DSA keys: what is stored')
  .choices(['seed', 'expanded', 'both'])
  .default('seed');

const isKemPublic = (key: PublicKey): key is PublicKey<KemDescriptor> => key.algorithm.use === 'kem';
const isKemPrivate = (key: PrivateKey): key is PrivateKey<KemDescriptor> => key.algorithm.use === 'kem';

function ageText(key: PrivateKey | PublicKey): string {
  if (key instanceof PublicKey && isKemPublic(key)) return `${encodeAgeRecipient(key)}\n`;
  if (key instanceof PrivateKey && isKemPrivate(key)) {
    const { publicKey } = key;
    return `# public key: ${encodeAgeRecipient(publicKey)}\n${encodeAgeIdentity(key)}\n`;
  }
  throw new CommandError('wrong_algorithm', `age has no form for ${key.algorithm.name} keys`, {
    hint: 'age keys are MLKEM768-X25519 or X25519',
  });
}

/** A key as the contents of a file. */
export async function encodeKey(key: PrivateKey | PublicKey, options: KeyFileOptions): Promise<Uint8Array> {
  const { format, form, password } = options;
  if (format === 'age') {
    if (password !== undefined)
      throw new CommandError('invalid_argument', 'age has no encrypted form; pem and der have');
    return new TextEncoder().encode(ageText(key));
  }
  const written = await exportKey(key, {
    format,
    ...(key instanceof PrivateKey && form !== 'seed' && { form }),
    ...(key instanceof PrivateKey && password !== undefined && { password }),
  });
  if (written instanceof Uint8Array) return written;
  return new TextEncoder().encode(
    typeof written === 'string' ? written : `${JSON.stringify(written, undefined, 2)}\n`,
  );
}
