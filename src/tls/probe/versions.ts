/** Which versions a server has, and whether clients of TLS 1.3 would notice an older one. */
import { utf8 } from '../../bytes/index.ts';
import { TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3, versionName } from '../code-points.ts';
import { type Bench, oldOffer, plainOffer } from './bench.ts';
import type { VersionReport } from './report.ts';
import type { ServerFlight } from './server-flight.ts';

/** The last eight bytes of the random of a server that knows TLS 1.3 and does something older [RFC 9846]. */
const DOWNGRADE_MARKS: readonly string[] = ['DOWNGRD\u0001', 'DOWNGRD\u0000'];

function carriesMark(random: Uint8Array): boolean {
  return DOWNGRADE_MARKS.some((mark) => utf8(mark).every((octet, at) => random[24 + at] === octet));
}

/** One version alone. */
async function askVersion(
  bench: Bench,
  version: number,
): Promise<{ readonly report: VersionReport; readonly flight: ServerFlight }> {
  const name = versionName(version) ?? 'TLSv1.3';
  const modern = version === TLS_1_3;
  const offer = modern ? await plainOffer(bench, [version]) : oldOffer(bench, version);
  const { answer, flight } = await bench.examiner.ask(name, offer, modern ? {} : { encrypted: Infinity });
  // A server may answer with an older version than the hello has.
  if (answer.verdict === 'accepted' && answer.version !== name)
    return { report: { version: name, answer: { ...answer, verdict: 'refused' } }, flight };
  const random = modern || answer.verdict !== 'accepted' ? undefined : flight.serverHello?.random;
  const mark = random === undefined ? {} : { downgradeMark: carriesMark(random) };
  return { report: { version: name, answer, ...mark }, flight };
}

/** Each version alone; the certificates that TLS 1.2 shows in clear come with it. */
export async function askVersions(bench: Bench): Promise<{
  readonly versions: readonly VersionReport[];
  readonly clear: readonly Uint8Array[] | undefined;
}> {
  const asked = await Promise.all(
    [TLS_1_3, TLS_1_2, TLS_1_1, TLS_1_0].map((version) => askVersion(bench, version)),
  );
  return {
    versions: asked.map(({ report }) => report),
    clear: asked.find(({ report }) => report.version === 'TLSv1.2')?.flight.certificates,
  };
}
