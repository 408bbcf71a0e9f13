import type { Command } from '@commander-js/extra-typings';
import {
  type CertificateRequest,
  createRequest,
  inspectRequest,
  type Issuer,
  renewalRequest,
} from '../../../certificates/index.ts';
import { defaultProvider, type PrivateKey } from '../../../index.ts';
import type { SignatureDescriptor } from '../../../registry/index.ts';
import { loadCertificate, loadSecondKey, requirePair, sanExtensions, sanOption } from '../../certificates.ts';
import { CommandError } from '../../command-error.ts';
import { readSmall } from '../../input.ts';
import { instant } from '../../instant.ts';
import { kemPublicKey, loadSigningKey } from '../../keys.ts';
import {
  algorithmOption,
  atOption,
  forceOption,
  jsonOption,
  passwordFileOption,
  passwordOption,
  policyOption,
  quietOption,
  requireStandardOutputFree,
} from '../../options.ts';
import { run } from '../../outcome.ts';
import { assertWritable } from '../../output.ts';
import { policyAt } from '../../policy-in-force.ts';
import { writePem } from './write.ts';

/** The one who signs for a key that cannot, with the certificate that says so. */
async function signerOf(
  { file, key }: { readonly file: string; readonly key: PrivateKey<SignatureDescriptor> },
  cert: string | undefined,
): Promise<Issuer> {
  if (cert === undefined)
    throw new CommandError('invalid_argument', '--public-key needs --cert', {
      hint: 'the certificate of --key tells the CA who vouches for the other key [RFC 9883]',
    });
  const certificate = await loadCertificate(cert);
  await requirePair({ file, key }, { file: cert, certificate });
  return { certificate, key };
}

const nameOrNone = (name: string): string => (name === '' ? '(no name)' : name);

/** `hybridge cert request`: PKCS #10. */
export function addRequest(cert: Command): void {
  cert
    .command('request')
    .description(
      'Makes a certification request (PKCS #10), which proves that the requester has the private key. ' +
        'With --renew the identity of an old certificate is carried over to a new key.',
    )
    .requiredOption(
      '--key <file>',
      'private key that the certificate is for; with --public-key, the one that signs',
    )
    .requiredOption('--out <file>', 'the request, in PEM')
    .option('--subject <name>', 'name, the most specific part first (not with --renew)')
    .addOption(sanOption)
    .option('--public-key <file>', 'a key that cannot sign (ML-KEM): its request is signed with another key')
    .option('--cert <file>', 'with --public-key: the certificate of the key that signs')
    .option('--renew <file>', 'the old certificate')
    .option('--renew-key <file>', 'its private key, to prove that the old identity is yours')
    .addOption(algorithmOption)
    .addOption(passwordOption)
    .addOption(passwordFileOption)
    .addOption(policyOption)
    .addOption(atOption)
    .addOption(forceOption)
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText(
      'after',
      '\nExample:\n  $ hybridge cert request --key pump.key --subject CN=pump.example --san pump.example --out pump.csr',
    )
    .action((flags) =>
      run(async () => {
        const { out, force = false, subject, renew, publicKey } = flags;
        requireStandardOutputFree(flags, out);
        const inputs = [flags.key, flags.publicKey, flags.cert, renew, flags.renewKey];
        await assertWritable(out, force, [...inputs, flags.passwordFile, flags.policy]);
        const permission = await policyAt(flags);
        if (renew === undefined && flags.renewKey !== undefined)
          throw new CommandError('invalid_argument', '--renew-key is for --renew');
        if (publicKey === undefined && flags.cert !== undefined)
          throw new CommandError('invalid_argument', '--cert is for --public-key');
        using key = await loadSigningKey(flags.key, flags);
        let request: CertificateRequest;
        if (renew === undefined) {
          if (subject === undefined)
            throw new CommandError('invalid_argument', 'a request needs --subject, or --renew');
          const content = { subject, extensions: sanExtensions(flags.san), ...permission };
          request = await createRequest(
            defaultProvider(),
            publicKey === undefined
              ? { ...content, key }
              : {
                  ...content,
                  publicKey: await kemPublicKey(publicKey, await readSmall(publicKey, 'public key')),
                  signer: await signerOf({ file: flags.key, key }, flags.cert),
                },
          );
        } else {
          if (subject !== undefined || flags.san !== undefined || publicKey !== undefined)
            throw new CommandError('invalid_argument', '--renew keeps the names of the old certificate', {
              hint: 'leave out --subject, --san and --public-key',
            });
          const certificate = await loadCertificate(renew);
          using old = await loadSecondKey(flags.renewKey, flags);
          if (old !== undefined)
            await requirePair({ file: flags.renewKey ?? '', key: old }, { file: renew, certificate });
          request = await renewalRequest(defaultProvider(), {
            certificate,
            key,
            proof: old === undefined ? undefined : { key: old, at: instant('--at', flags.at) },
            ...permission,
          });
        }
        const { subject: name, key: asked, extensions, bytes } = inspectRequest(defaultProvider(), request);
        const names = extensions.find((one) => one.name === 'subjectAltName')?.text ?? [];
        const carried =
          renew === undefined ? [] : ['subject', ...extensions.map((one) => one.name ?? one.oid)];
        return await writePem(flags, request.toPem(), {
          result: {
            subject: name,
            names,
            key: asked.name,
            keyNature: asked.nature,
            signedBy: key.algorithm.name,
            carried,
            bytes,
          },
          lines: [
            `request of ${nameOrNone(name)}, ${asked.name} key (${asked.nature}), ${bytes} bytes`,
            ...(names.length === 0 ? [] : [names.join(', ')]),
            ...(publicKey === undefined
              ? []
              : [`signed by ${key.algorithm.name}, the key of ${flags.cert ?? ''}`]),
            ...(carried.length === 0 ? [] : [`carried over from ${renew ?? ''}: ${carried.join(', ')}`]),
          ],
        });
      }),
    );
}
