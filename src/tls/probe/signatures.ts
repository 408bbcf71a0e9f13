/** With which kinds of keys a server proves itself. */
import { TLS_1_3 } from '../code-points.ts';
import { signatureSchemeName } from '../schemes.ts';
import { type Bench, plainOffer, secondShare } from './bench.ts';
import type { Asked } from './examiner.ts';
import { type SchemeRow, SCHEMES } from './offer.ts';
import type { ProbeAnswer, SignatureReport } from './report.ts';

// Some servers send their ServerHello first and look for a key afterwards: what they then say may be encrypted, but a
// flight with a certificate and a signature cannot be shorter than these two.
function withCertificate({ answer, flight }: Asked, smallest: number): ProbeAnswer {
  if (answer.verdict !== 'accepted' || flight.encrypted >= smallest) return answer;
  const { alert, endsWithEncryptedAlert } = flight;
  const refused = { ...answer, verdict: 'refused' } as const;
  if (alert !== undefined) {
    const name = alert.name ?? `alert ${alert.code}`;
    return { ...refused, alert: name, reason: `refuses with ${name} after its ServerHello` };
  }
  return {
    ...refused,
    reason: endsWithEncryptedAlert
      ? 'refuses with an encrypted alert after its ServerHello'
      : 'sends no certificate after its ServerHello',
  };
}

/** Schemes that are offered together, all of one family. */
interface SchemeSet extends Pick<SchemeRow, 'family' | 'nature'> {
  readonly what: string;
  readonly rows: readonly SchemeRow[];
}

const EACH_SCHEME: readonly SchemeSet[] = SCHEMES.map((row) => ({
  ...row,
  what: signatureSchemeName(row.code),
  rows: [row],
}));

const EACH_FAMILY: readonly SchemeSet[] = SCHEMES.flatMap((first) => {
  const { family, nature } = first;
  const rows = SCHEMES.filter((row) => row.family === family);
  return rows[0] === first ? [{ family, nature, what: family, rows }] : [];
});

/** Families of signature schemes, or every scheme by itself. */
export function askSignatures(bench: Bench): Promise<readonly SignatureReport[]> {
  return Promise.all(
    (bench.all ? EACH_SCHEME : EACH_FAMILY).map(async ({ family, nature, what, rows }) => {
      const smallest = Math.min(...rows.map((row) => row.smallest));
      const asked = await bench.examiner.ask(
        `signatures of ${what}`,
        { ...(await plainOffer(bench, [TLS_1_3])), schemes: rows.map(({ code }) => code) },
        { second: secondShare(bench), encrypted: smallest },
      );
      return {
        family,
        schemes: rows.map(({ code }) => signatureSchemeName(code)),
        nature,
        answer: withCertificate(asked, smallest),
      };
    }),
  );
}
