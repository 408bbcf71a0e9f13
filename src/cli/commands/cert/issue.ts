import { type Command, Option } from '@commander-js/extra-typings';
import {
  type Certificate,
  type CertificateExtensions,
  inspectCertificate,
  inspectRequest,
  issueCertificate,
  parseRequest,
  type Profile,
  PROFILES,
  type ProfileOptions,
  type RelatedVerdict,
  relatedCertificate,
  type RequestableExtension,
  sameName,
  type SubjectOptions,
  verifyRelated,
} from '../../../certificates/index.ts';
import { defaultProvider } from '../../../index.ts';
import {
  daysOption,
  issuerCertOption,
  issuerKeyOption,
  loadCertificate,
  loadOwned,
  loadSecondKey,
  notAfterOption,
  notBeforeOption,
  sanExtensions,
  sanOption,
  validityOf,
  wholeNumber,
} from '../../certificates.ts';
import { CommandError, inFile } from '../../command-error.ts';
import { readSmall } from '../../input.ts';
import { instant } from '../../instant.ts';
import { loadPublicKey } from '../../keys.ts';
import {
  algorithmOption,
  atOption,
  each,
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
import { writeCertificate } from './write.ts';

const REQUESTABLE = [
  'subjectAltName',
  'extendedKeyUsage',
  'certificatePolicies',
  'tlsFeature',
] as const satisfies readonly RequestableExtension[];

const isRequestable = (text: string): text is RequestableExtension => REQUESTABLE.some((one) => one === text);

interface SubjectFlags {
  readonly publicKey?: string | undefined;
  readonly signer?: string | undefined;
  readonly subject?: string | undefined;
  readonly requested?: readonly string[] | undefined;
}

function requestable(names: readonly string[] | undefined): readonly RequestableExtension[] | undefined {
  return names?.map((name) => {
    if (isRequestable(name)) return name;
    throw new CommandError('invalid_argument', `--requested ${name}: not taken from requests`, {
      hint: `what may be taken is ${REQUESTABLE.join(', ')}`,
    });
  });
}

/** Whose certificate it is: the requester's, or that of a key that the CA knows. */
async function subjectFrom(path: string | undefined, flags: SubjectFlags): Promise<SubjectOptions> {
  const { publicKey, signer, subject } = flags;
  const requested = requestable(flags.requested);
  if (path !== undefined && publicKey === undefined) {
    const bytes = await readSmall(path, 'request');
    const request = await inFile(path, () => parseRequest(bytes));
    return {
      request,
      subject,
      requested,
      signer: signer === undefined ? undefined : await loadCertificate(signer),
    };
  }
  if (path === undefined && publicKey !== undefined && subject !== undefined) {
    if (requested !== undefined || signer !== undefined)
      throw new CommandError('invalid_argument', '--requested and --signer are for requests');
    return { publicKey: await loadPublicKey(publicKey), subject };
  }
  throw new CommandError('invalid_argument', 'give a request, or --public-key with --subject');
}

/** What of a request is in the certificate, and what is not. */
interface TakenOver {
  readonly taken: readonly string[];
  readonly left: readonly string[];
}

function takenOver(
  { request, subject, requested = ['subjectAltName'] }: SubjectOptions,
  san: readonly string[] | undefined,
): TakenOver | undefined {
  if (request === undefined) return undefined;
  const taken: string[] = subject === undefined ? ['subject'] : [];
  const left: string[] = subject === undefined ? [] : ['subject'];
  for (const { name, oid } of inspectRequest(defaultProvider(), request).extensions) {
    const isTaken =
      requested.some((one) => one === name) && !(name === 'subjectAltName' && san !== undefined);
    (isTaken ? taken : left).push(name ?? oid);
  }
  return { taken, left };
}

function linesOf({ taken, left }: TakenOver): readonly string[] {
  return [
    ...(taken.length === 0 ? [] : [`taken over from the request: ${taken.join(', ')}`]),
    ...(left.length === 0 ? [] : [`asked for and not taken over: ${left.join(', ')}`]),
  ];
}

/** The binding to another certificate, once the requester has proved to have the key of that too. */
async function relatedTo(
  path: string | undefined,
  { request }: SubjectOptions,
  at: Date,
): Promise<CertificateExtensions> {
  if (path === undefined) return {};
  const proof = request?.relatedCertificate;
  if (proof === undefined)
    throw new CommandError('invalid_argument', '--related: the request names no other certificate', {
      hint: 'it does when it was made with --renew and --renew-key',
    });
  const certificate = await loadCertificate(path, { strict: false });
  const verdict = await inFile(path, () => verifyRelated(defaultProvider(), proof, { certificate, at }));
  if (!verdict.verified)
    throw new CommandError('invalid_argument', `--related ${path}: ${UNRELATED[verdict.reason]}`, {
      fault: 'input',
      details: { file: path, reason: verdict.reason },
    });
  return { relatedCertificate: relatedCertificate(defaultProvider(), certificate) };
}

const UNRELATED: Readonly<Record<Extract<RelatedVerdict, { verified: false }>['reason'], string>> = {
  'another-certificate': 'the request names another certificate',
  'not-fresh': 'the proof in the request is not of the last ten minutes',
  signature: 'the request does not prove that the requester has its key',
};

const isRoot = ({ issuer, subject }: Certificate): boolean => sameName(issuer, subject);

/** The alternative names of a certificate, a line for all of them. */
function namesOf(certificate: Certificate): readonly string[] {
  const { extensions } = inspectCertificate(defaultProvider(), certificate);
  return extensions.find(({ name }) => name === 'subjectAltName')?.text ?? [];
}

function profileOf(profile: Profile, pathLength: string | undefined): ProfileOptions {
  if (profile === 'ca')
    return {
      profile,
      pathLength: pathLength === undefined ? undefined : wholeNumber('--path-length', pathLength, 0, 255),
    };
  if (pathLength === undefined) return { profile };
  throw new CommandError('invalid_argument', '--path-length is for --profile ca');
}

/** `hybridge cert issue`: a certificate for a request or a key. */
export function addIssue(cert: Command): void {
  cert
    .command('issue')
    .description(
      'Issues a certificate: intermediate CAs, servers, devices, keys that receive encrypted messages.',
    )
    .argument('[request]', 'the request (PKCS #10); its proof of possession is verified')
    .addOption(issuerCertOption)
    .addOption(issuerKeyOption)
    .addOption(new Option('--profile <profile>', 'what it is for').choices(PROFILES).makeOptionMandatory())
    .requiredOption('--out <file>', 'the certificate, in PEM')
    .option('--public-key <file>', 'instead of a request: a key whose holder you know, such as ML-KEM')
    .option('--subject <name>', 'name, the most specific part first (default: that of the request)')
    .addOption(sanOption)
    .option(
      '--requested <extension>',
      'what is taken over from the request; may be repeated (default: subjectAltName)',
      each,
    )
    .option('--signer <file>', 'certificate of the key that vouches for a key that cannot sign [RFC 9883]')
    .option(
      '--related <file>',
      'the other certificate that the request proves to have; the new one is bound to it [RFC 9763]',
    )
    .option('--path-length <number>', 'with --profile ca: how many CAs may follow it')
    .option('--chain', 'append the certificates in --cert but roots, as servers want it')
    .option('--alternative-key <file>', "the issuer's second key, for a second signature")
    .option('--alternative-public-key <file>', "the subject's second key")
    .addOption(daysOption)
    .addOption(notBeforeOption)
    .addOption(notAfterOption)
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
      '\nExample:\n  $ hybridge cert issue pump.csr --cert ca.pem --key ca.key --profile tls-server --out pump.pem',
    )
    .action((path, flags) =>
      run(async () => {
        const { out, force = false, alternativeKey, alternativePublicKey } = flags;
        requireStandardOutputFree(flags, out);
        const inputs = [path, flags.cert, flags.key, flags.publicKey, flags.signer, flags.related];
        await assertWritable(out, force, [
          ...inputs,
          alternativeKey,
          alternativePublicKey,
          flags.passwordFile,
          flags.policy,
        ]);
        if (alternativeKey === undefined && alternativePublicKey !== undefined)
          throw new CommandError('invalid_argument', '--alternative-public-key needs --alternative-key');
        const permission = await policyAt(flags);
        const subject = await subjectFrom(path, flags);
        using issuer = await loadOwned(flags.cert, flags.key, flags);
        using second = await loadSecondKey(alternativeKey, flags);
        const certificate = await issueCertificate(defaultProvider(), {
          issuer,
          ...subject,
          ...profileOf(flags.profile, flags.pathLength),
          validity: validityOf(flags),
          extensions: {
            ...sanExtensions(flags.san),
            ...(await relatedTo(flags.related, subject, instant('--at', flags.at))),
          },
          alternative:
            second === undefined
              ? undefined
              : {
                  key: second,
                  publicKey:
                    alternativePublicKey === undefined
                      ? undefined
                      : await loadPublicKey(alternativePublicKey),
                },
          ...permission,
        });
        const names = namesOf(certificate);
        const over = takenOver(subject, flags.san);
        return await writeCertificate(
          flags,
          certificate,
          flags.chain === true ? [issuer.certificate, ...issuer.chain].filter((one) => !isRoot(one)) : [],
          {
            result: { names, ...over },
            lines: [
              ...(names.length === 0 ? [] : [names.join(', ')]),
              ...(over === undefined ? [] : linesOf(over)),
            ],
          },
        );
      }),
    );
}
