import { type Command, Option } from '@commander-js/extra-typings';
import { fingerprint, inspectKey, isHybridgeError, PrivateKey, type PublicKey } from '../../index.ts';
import { CommandError, inFile } from '../command-error.ts';
import { readSmall } from '../input.ts';
import { encodeKey, formatOption, formOption } from '../key-text.ts';
import { isAgeFile, loadKey } from '../keys.ts';
import {
  forceOption,
  jsonOption,
  passwordFileOption,
  passwordOption,
  quietOption,
  requireStandardOutputFree,
} from '../options.ts';
import { EXIT, finish, printTable, run } from '../outcome.ts';
import { assertWritable, writeOutputs } from '../output.ts';
import { newPassword, type PasswordFlags } from '../password.ts';

const publicOf = (key: PrivateKey | PublicKey): PublicKey =>
  key instanceof PrivateKey ? key.publicKey : key;

/** What can be told of a key file; the members that do not apply are absent. */
interface Description {
  readonly kind: 'private' | 'public';
  readonly encrypted: boolean;
  readonly algorithm?: string;
  /** Other algorithms that the key could serve. */
  readonly alsoFits?: readonly string[];
  readonly nature?: string;
  readonly category?: number;
  readonly status?: string;
  readonly format: string;
  readonly structure?: string;
  readonly form?: string;
  readonly standard?: boolean;
  readonly note?: string;
  readonly encryption?: Readonly<Record<string, number | string>>;
  readonly publicKeyBytes?: number;
  readonly fingerprint?: string;
}

/** What an encrypted file tells without its password; `undefined` for other files. */
function describeEncrypted(path: string, bytes: Uint8Array): Promise<Description | undefined> {
  return inFile(path, () => {
    if (isAgeFile(bytes)) return undefined;
    const inspection = inspectKey(bytes);
    if (inspection.kind !== 'encrypted') return undefined;
    const { encoding, encryption } = inspection;
    return {
      kind: 'private',
      encrypted: true,
      format: encoding.format,
      structure: encoding.structure,
      encryption: { ...encryption },
    };
  });
}

/** What a key tells about itself and the file it is in. */
async function describeKey(path: string, bytes: Uint8Array, flags: PasswordFlags): Promise<Description> {
  const { key, encoding } = await loadKey(path, bytes, flags);
  const { name, nature, category, status } = key.algorithm;
  const fits = encoding === undefined || encoding.encrypted ? [] : algorithmsOf(bytes);
  const alsoFits = fits.filter((other) => other !== name);
  return {
    kind: key instanceof PrivateKey ? 'private' : 'public',
    encrypted: encoding?.encrypted ?? false,
    algorithm: name,
    ...(alsoFits.length > 0 && { alsoFits }),
    nature,
    category,
    status,
    format: encoding?.format ?? 'age',
    ...(encoding !== undefined && { structure: encoding.structure, standard: encoding.standard }),
    ...(encoding?.form !== undefined && { form: encoding.form }),
    ...(encoding?.note !== undefined && { note: encoding.note }),
    publicKeyBytes: publicOf(key).bytes().length,
    ...fingerprintOf(publicOf(key)),
  };
}

function algorithmsOf(bytes: Uint8Array): readonly string[] {
  const inspection = inspectKey(bytes);
  return inspection.kind === 'encrypted' ? [] : inspection.algorithms;
}

function fingerprintOf(key: PublicKey): { readonly fingerprint?: string } {
  try {
    return { fingerprint: fingerprint(key) };
  } catch (error) {
    // Some algorithms have keys without a SubjectPublicKeyInfo.
    if (isHybridgeError(error, 'unsupported')) return {};
    throw error;
  }
}

function print(description: Description): void {
  const { kind, encrypted, algorithm, alsoFits, nature, category, standard, encryption } = description;
  const rows: (readonly [string, number | string | undefined])[] = [
    ['kind', `${kind} key${encrypted ? ', encrypted' : ''}`],
    [
      'algorithm',
      alsoFits === undefined ? algorithm : `${algorithm ?? ''} (the key also fits ${alsoFits.join(', ')})`,
    ],
    [
      'security',
      nature &&
        `${nature}, ${category === 0 ? 'none against a quantum computer' : `NIST category ${category ?? ''}`}`,
    ],
    ['status', description.status],
    ['format', description.format],
    ['structure', description.structure],
    ...Object.entries(encryption ?? {}),
    ['form', description.form],
    ['standard', standard === undefined ? undefined : standard ? 'yes' : 'no'],
    ['note', description.note],
    [
      'public key',
      description.publicKeyBytes === undefined ? undefined : `${description.publicKeyBytes} bytes`,
    ],
    ['fingerprint', description.fingerprint],
  ];
  printTable(rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}

/** `hybridge key inspect|convert|public`. */
export function addKey(program: Command): void {
  const key = program.command('key').description('Looks into key files and converts them.');

  key
    .command('inspect')
    .description('Tells what a key file holds: algorithm, format, form, fingerprint. Never prints a secret.')
    .argument('<file>', 'a key in PEM, DER, JWK, COSE or age form')
    .addOption(
      new Option('--password', 'look into an encrypted key; the password is asked for').conflicts(
        'passwordFile',
      ),
    )
    .addOption(passwordFileOption)
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  $ hybridge key inspect maker.pem')
    .action((path, flags) =>
      run(async () => {
        const bytes = await readSmall(path, 'key');
        const locked = flags.password !== true && flags.passwordFile === undefined;
        const description =
          (locked ? await describeEncrypted(path, bytes) : undefined) ??
          (await describeKey(path, bytes, flags));
        return finish(flags, EXIT.done, description, () => {
          print(description);
        });
      }),
    );

  key
    .command('convert')
    .description('Writes a key in another format or form. An encrypted key stays so under its password.')
    .argument('<file>', 'the key')
    .requiredOption('--out <file>', 'where to')
    .addOption(formatOption)
    .addOption(formOption)
    .addOption(passwordOption)
    .addOption(passwordFileOption)
    .addOption(
      new Option(
        '--new-password',
        'encrypt what is written under another password, which is asked for',
      ).conflicts(['newPasswordFile', 'decrypt']),
    )
    .addOption(
      new Option(
        '--new-password-file <file>',
        'read that other password from the first line of a file',
      ).conflicts('decrypt'),
    )
    .option('--decrypt', 'write an encrypted key without encryption')
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge key convert maker.pem --format jwk --out maker.jwk')
    .action((path, flags) =>
      run(async () => {
        const { out, force = false, format, form, newPasswordFile } = flags;
        requireStandardOutputFree(flags, out);
        // With --force a key may be converted in place: what it was is still in what it becomes.
        await assertWritable(out, force, [flags.passwordFile, newPasswordFile]);
        const read = await loadKey(path, await readSmall(path, 'key'), flags);
        const secret = read.key instanceof PrivateKey;
        const asked = { password: flags.newPassword, passwordFile: newPasswordFile };
        const kept = flags.decrypt === true ? undefined : read.password;
        const password = secret ? ((await newPassword(asked, out)) ?? kept) : undefined;
        if (kept !== undefined && password === kept && format !== 'pem' && format !== 'der')
          throw new CommandError(
            'invalid_argument',
            `${path} is encrypted, and ${format} has no encrypted form`,
            {
              hint: 'add --decrypt to write it without encryption',
            },
          );
        const content = await encodeKey(read.key, { format, form, password });
        await writeOutputs({ path: out, content, force, secret });
        if (out === '-') return EXIT.done;
        return finish(flags, EXIT.done, {
          algorithm: read.key.algorithm.name,
          out,
          format,
          encrypted: password !== undefined,
        });
      }),
    );

  key
    .command('public')
    .description('Writes the public key of a private key.')
    .argument('<file>', 'the private key')
    .option('--out <file>', 'where to', '-')
    .addOption(formatOption)
    .addOption(passwordOption)
    .addOption(passwordFileOption)
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge key public maker.pem --out maker.pub')
    .action((path, flags) =>
      run(async () => {
        const { out, force = false, format } = flags;
        requireStandardOutputFree(flags, out);
        await assertWritable(out, force, [path, flags.passwordFile]);
        const { key: read } = await loadKey(path, await readSmall(path, 'key'), flags);
        const content = await encodeKey(publicOf(read), { format, form: 'seed' });
        await writeOutputs({ path: out, content, force, secret: false });
        if (out === '-') return EXIT.done;
        return finish(flags, EXIT.done, { algorithm: read.algorithm.name, out, format });
      }),
    );
}
