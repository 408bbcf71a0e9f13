import type { Command } from '@commander-js/extra-typings';
import {
  type CertificateInspection,
  type CrlInspection,
  formatCrlInspection,
  formatInspection,
  formatOcspInspection,
  formatRequestInspection,
  inspectCertificate,
  inspectCrl,
  inspectOcspResponse,
  inspectRequest,
  type OcspInspection,
  parseCertificates,
  parseCrls,
  parseOcspResponse,
  parseRequest,
  type RequestInspection,
  verifyRequest,
} from '../../../certificates/index.ts';
import { defaultProvider, isHybridgeError } from '../../../index.ts';
import { CommandError, inFile } from '../../command-error.ts';
import { readSmall } from '../../input.ts';
import { jsonOption, quietOption } from '../../options.ts';
import { EXIT, finish, printLine, run } from '../../outcome.ts';

/** What a request proves: `unknown` where another key signed it, or its algorithm cannot be verified here. */
type Possession = 'proved' | 'refuted' | 'unknown';

/** What a file holds; PEM may hold several of a kind, and of several kinds. */
interface Inspections {
  readonly certificates: readonly CertificateInspection[];
  readonly requests: readonly (RequestInspection & { readonly possession: Possession })[];
  readonly revocationLists: readonly CrlInspection[];
  readonly ocspResponses: readonly OcspInspection[];
}

const NOTHING: Inspections = { certificates: [], requests: [], revocationLists: [], ocspResponses: [] };

const POSSESSION: Readonly<Record<Possession, string>> = {
  proved: 'proved: the signature holds',
  refuted: 'NOT PROVED: the signature does not hold',
  unknown: 'not verified: another key signed, or one whose algorithm is not known here',
};

async function ofRequest(bytes: Uint8Array): Promise<Inspections['requests']> {
  const request = parseRequest(bytes);
  const inspection = inspectRequest(defaultProvider(), request);
  if (request.possessionStatement !== undefined) return [{ ...inspection, possession: 'unknown' }];
  try {
    const holds = await verifyRequest(defaultProvider(), request);
    return [{ ...inspection, possession: holds ? 'proved' : 'refuted' }];
  } catch (error) {
    if (isHybridgeError(error, 'unknown_algorithm', 'unsupported'))
      return [{ ...inspection, possession: 'unknown' }];
    if (isHybridgeError(error) && error.fault !== 'internal')
      return [{ ...inspection, possession: 'refuted' }];
    throw error;
  }
}

/** The readers, each with the labels of its PEM blocks [RFC 7468]. */
const READERS: readonly {
  readonly label: RegExp | undefined;
  readonly read: (bytes: Uint8Array) => Partial<Inspections> | Promise<Partial<Inspections>>;
}[] = [
  {
    label: /^(?:X\.?509 )?CERTIFICATE$/u,
    read: (bytes) => ({
      certificates: parseCertificates(bytes, { strict: false }).map((one) =>
        inspectCertificate(defaultProvider(), one),
      ),
    }),
  },
  {
    label: /^(?:NEW )?CERTIFICATE REQUEST$/u,
    read: async (bytes) => ({ requests: await ofRequest(bytes) }),
  },
  {
    label: /^X509 CRL$/u,
    read: (bytes) => ({ revocationLists: parseCrls(bytes, { strict: false }).map(inspectCrl) }),
  },
  {
    label: undefined,
    read: (bytes) => ({ ocspResponses: [inspectOcspResponse(parseOcspResponse(bytes))] }),
  },
];

const ELSEWHERE = 'keys are explained by: hybridge key inspect';

function labelsIn(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(bytes);
  return [...text.matchAll(/^-----BEGIN ([^\r\n]+)-----/gmu)].flatMap(([, label]) => label ?? []);
}

async function readPem(bytes: Uint8Array, labels: readonly string[]): Promise<Inspections> {
  const wanted = READERS.filter(({ label }) => labels.some((one) => label?.test(one)));
  if (wanted.length === 0)
    throw new CommandError(
      'invalid_encoding',
      `no certificate, request or revocation list, but ${labels.join(', ')}`,
      {
        fault: 'input',
        hint: ELSEWHERE,
      },
    );
  let found = NOTHING;
  for (const { read } of wanted) found = { ...found, ...(await read(bytes)) };
  return found;
}

/** DER does not say what it is: what can be read is it. */
async function readDer(bytes: Uint8Array): Promise<Inspections> {
  let first: unknown;
  for (const { read } of READERS) {
    try {
      return { ...NOTHING, ...(await read(bytes)) };
    } catch (error) {
      if (!isHybridgeError(error) || error.fault === 'internal') throw error;
      first ??= error;
    }
  }
  const why = isHybridgeError(first) ? first.message : '';
  throw new CommandError(
    'invalid_encoding',
    `no certificate, request, revocation list or OCSP response; read as a certificate: ${why}`,
    { fault: 'input', hint: ELSEWHERE, cause: first },
  );
}

function texts({ certificates, requests, revocationLists, ocspResponses }: Inspections): readonly string[] {
  return [
    ...certificates.map(formatInspection),
    ...requests.map(
      (request) => `${formatRequestInspection(request)}\nPossession    ${POSSESSION[request.possession]}`,
    ),
    ...revocationLists.map(formatCrlInspection),
    ...ocspResponses.map(formatOcspInspection),
  ];
}

/** `hybridge cert inspect`: certificates and what goes with them, as an engineer wants to read them. */
export function addInspect(cert: Command): void {
  cert
    .command('inspect')
    .description(
      'Explains certificates, requests, revocation lists and OCSP responses: algorithms and their status, what is ' +
        'post-quantum and what is not, what each part costs.',
    )
    .argument('<file>', 'in PEM or DER; - for standard input')
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText('after', '\nExample:\n  $ hybridge cert inspect pump.pem')
    .action((path, flags) =>
      run(async () => {
        const bytes = await readSmall(path, 'certificate');
        const found = await inFile(path, () => {
          const labels = labelsIn(bytes);
          return labels.length === 0 ? readDer(bytes) : readPem(bytes, labels);
        });
        return finish(flags, EXIT.done, found, () => {
          for (const [index, text] of texts(found).entries()) {
            if (index > 0) printLine('');
            for (const line of text.split('\n')) printLine(line);
          }
        });
      }),
    );
}
