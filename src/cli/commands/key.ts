import type { Command } from '@commander-js/extra-typings';
import { decodeAgeIdentities, decodeAgeRecipient } from '../../hpke/index.ts';
import {
  defaultProvider,
  fingerprint,
  importKey,
  inspectKey,
  PrivateKey,
  type PublicKey,
} from '../../index.ts';
import { run } from '../command.ts';
import { readSmall, writeOutput } from '../files.ts';
import { encodeKey, formatOption, formOption } from '../key-text.ts';
import { ageText, passwordFor } from '../keys.ts';
import { EXIT, printJson, printTable } from '../outcome.ts';
import { newPassword, type PasswordFlags } from '../password.ts';

async function ageKey(text: string): Promise<PrivateKey | PublicKey> {
  const line = text.split(/\r?\n/u).find((candidate) => candidate !== '' && !candidate.startsWith('#')) ?? '';
  if (line.startsWith('age1')) return decodeAgeRecipient(defaultProvider(), line);
  const [identity] = await decodeAgeIdentities(defaultProvider(), line);
  // An identity file without an identity has thrown.
  return identity ?? decodeAgeRecipient(defaultProvider(), line);
}

async function anyKey(
  path: string,
  bytes: Uint8Array,
  flags: PasswordFlags,
): Promise<PrivateKey | PublicKey> {
  const age = ageText(bytes);
  if (age !== undefined) return ageKey(age);
  const { key } = await importKey(bytes, await passwordFor(path, bytes, flags));
  return key;
}

const publicOf = (key: PrivateKey | PublicKey): PublicKey =>
  key instanceof PrivateKey ? key.publicKey : key;

/** What can be told of a key file; the fields that do not apply are absent. */
async function describe(path: string, flags: PasswordFlags): Promise<Record<string, unknown>> {
  const bytes = await readSmall(path, 'key');
  const age = ageText(bytes);
  if (age === undefined) {
    const inspection = inspectKey(bytes);
    if (inspection.kind === 'encrypted' && flags.password !== true && flags.passwordFile === undefined) {
      const { encoding, encryption } = inspection;
      return {
        kind: 'private key, encrypted',
        format: encoding.format,
        structure: encoding.structure,
        ...encryption,
      };
    }
    const { key, kind, encoding } = await importKey(bytes, await passwordFor(path, bytes, flags));
    const algorithms = inspection.kind === 'encrypted' ? [key.algorithm.name] : inspection.algorithms;
    return {
      kind: `${kind} key${encoding.encrypted ? ', encrypted' : ''}`,
      algorithm:
        algorithms.length > 1
          ? `${key.algorithm.name} (the key also fits ${algorithms.slice(1).join(', ')})`
          : key.algorithm.name,
      ...security(key),
      format: encoding.format,
      structure: encoding.structure,
      ...(encoding.form !== undefined && { form: encoding.form }),
      standard: encoding.standard ? 'yes' : 'no',
      ...(encoding.note !== undefined && { note: encoding.note }),
      publicKeyBytes: publicOf(key).bytes().length,
      fingerprint: fingerprint(publicOf(key)),
    };
  }
  const key = await ageKey(age);
  return {
    kind: key instanceof PrivateKey ? 'private key' : 'public key',
    algorithm: key.algorithm.name,
    ...security(key),
    format: 'age',
    fingerprint: fingerprint(publicOf(key)),
  };
}

function security({
  algorithm: { nature, category, status },
}: PrivateKey | PublicKey): Record<string, unknown> {
  return {
    security:
      category === 0 ? `${nature}, none against a quantum computer` : `${nature}, NIST category ${category}`,
    status,
  };
}

/** `hybridge key inspect|convert|public`. */
export function addKey(program: Command): void {
  const key = program.command('key').description('Looks into key files and converts them.');

  key
    .command('inspect')
    .description('Tells what a key file holds: algorithm, format, form, fingerprint. Never prints a secret.')
    .argument('<file>', 'a key in PEM, DER, JWK, COSE or age form')
    .option('--password', 'ask for the password of an encrypted key')
    .option('--password-file <file>', 'read the password from the first line of a file')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ hybridge key inspect maker.pem')
    .action((path, flags) =>
      run(flags, async () => {
        const description = await describe(path, flags);
        if (flags.json === true) printJson(description);
        else printTable(Object.entries(description).map(([name, value]) => [name, String(value)]));
        return EXIT.done;
      }),
    );

  key
    .command('convert')
    .description('Writes a key in another format or form, or under another password.')
    .argument('<file>', 'the key')
    .requiredOption('--out <file>', 'where to')
    .addOption(formatOption)
    .addOption(formOption)
    .option('--password', 'ask for the password of the file that is read')
    .option('--password-file <file>', 'read that password from the first line of a file')
    .option('--new-password', 'encrypt what is written; the password is asked for')
    .option('--new-password-file <file>', 'encrypt what is written with the first line of a file')
    .option('--force', 'overwrite a file that is there')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ hybridge key convert maker.pem --format jwk --out maker.jwk')
    .action((path, flags) =>
      run(flags, async () => {
        const read = await anyKey(path, await readSmall(path, 'key'), flags);
        const secret = read instanceof PrivateKey;
        const password = secret
          ? await newPassword({ password: flags.newPassword, passwordFile: flags.newPasswordFile }, flags.out)
          : undefined;
        const bytes = await encodeKey(read, { format: flags.format, form: flags.form, password });
        await writeOutput(flags.out, bytes, { force: flags.force === true, secret });
        if (flags.json === true && flags.out !== '-')
          printJson({ ok: true, algorithm: read.algorithm.name, out: flags.out, format: flags.format });
        return EXIT.done;
      }),
    );

  key
    .command('public')
    .description('Writes the public key of a private key.')
    .argument('<file>', 'the private key')
    .option('--out <file>', 'where to', '-')
    .addOption(formatOption)
    .option('--password', 'ask for the password of an encrypted key')
    .option('--password-file <file>', 'read the password from the first line of a file')
    .option('--force', 'overwrite a file that is there')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ hybridge key public maker.pem --out maker.pub')
    .action((path, flags) =>
      run(flags, async () => {
        const publicKey = publicOf(await anyKey(path, await readSmall(path, 'key'), flags));
        const bytes = await encodeKey(publicKey, { format: flags.format, form: 'seed' });
        await writeOutput(flags.out, bytes, { force: flags.force === true, secret: false });
        if (flags.json === true && flags.out !== '-')
          printJson({ ok: true, algorithm: publicKey.algorithm.name, out: flags.out, format: flags.format });
        return EXIT.done;
      }),
    );
}
