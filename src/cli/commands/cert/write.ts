import { type Certificate, formatName } from '../../../certificates/index.ts';
import { algorithmsOf, describeAlgorithms, describeCertificate } from '../../certificates.ts';
import { type CommonFlags, EXIT, type ExitCode, finish, printLine } from '../../outcome.ts';
import { writeOutputs } from '../../output.ts';

/** Flags of commands that write a PEM file. */
export interface WriteFlags extends CommonFlags {
  readonly out: string;
  readonly force?: boolean | undefined;
}

/** What is told of a file that was written: members for a program, lines for a person. */
export interface Told {
  readonly result: object;
  readonly lines: readonly [first: string, ...more: string[]];
}

/** Writes a PEM text and tells what it is. */
export async function writePem(
  { out, force = false, ...flags }: WriteFlags,
  pem: string,
  { result, lines: [first, ...more] }: Told,
): Promise<ExitCode> {
  await writeOutputs({ path: out, content: new TextEncoder().encode(pem), force, secret: false });
  if (out === '-') return EXIT.done;
  return finish(flags, EXIT.done, { out, ...result }, () => {
    printLine(`${out}  ${first}`);
    for (const line of more) printLine(`  ${line}`);
  });
}

/** Writes a certificate, followed by others that make it a chain, and tells what it is. */
export function writeCertificate(
  flags: WriteFlags,
  certificate: Certificate,
  chain: readonly Certificate[] = [],
  more: { readonly result: object; readonly lines: readonly string[] } = { result: {}, lines: [] },
): Promise<ExitCode> {
  const { subject, issuer, validity, bytes } = certificate;
  const algorithms = algorithmsOf(certificate);
  return writePem(flags, [certificate, ...chain].map((one) => one.toPem()).join(''), {
    result: {
      subject: formatName(subject),
      issuer: formatName(issuer),
      ...validity,
      ...algorithms,
      bytes: bytes.length,
      ...more.result,
    },
    lines: [
      `${describeCertificate(certificate)}, ${bytes.length} bytes`,
      describeAlgorithms(algorithms),
      ...more.lines,
    ],
  });
}
