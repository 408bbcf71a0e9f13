/** What a handshake costs, in bytes and round trips, until the client may send. */
import { EXTENSION } from '../code-points.ts';
import type { EngineGroup } from '../engine.ts';
import type { HelloExtension } from '../extension.ts';
import { type Bench, codes, DEFAULT_SHARES, named, secondShare } from './bench.ts';
import { acceptedGroups } from './groups.ts';
import { keySharesFor } from './key-share.ts';
import { offering } from './offer.ts';
import type { FlightReport, GroupReport, ProbeAnswer } from './report.ts';

/** Groups that clients of today offer: what OpenSSL 3.5 and browsers have in common. */
const DEFAULT_GROUPS: readonly string[] = ['X25519MLKEM768', 'x25519', 'secp256r1', 'secp384r1'];

/** What TCP sends before it hears anything: ten segments of 1,460 bytes [RFC 6928]. */
const INITIAL_WINDOW = 14_600;

/** Round trips that TCP needs for so many bytes when its window begins at ten segments and doubles [RFC 5681]. */
function windows(bytes: number): number {
  let [sent, rounds] = [INITIAL_WINDOW, 1];
  for (let window = INITIAL_WINDOW; sent < bytes; rounds++) {
    window *= 2;
    sent += window;
  }
  return rounds;
}

/** psk_key_exchange_modes with psk_dhe_ke, as all clients send it: some servers add a ticket to their first flight. */
const TICKETS_WELCOME: HelloExtension = {
  type: EXTENSION.pskKeyExchangeModes,
  data: Uint8Array.of(1, 1),
};

async function askFlight(
  bench: Bench,
  client: FlightReport['client'],
  groups: readonly EngineGroup[],
  shares: readonly EngineGroup[],
): Promise<{ readonly answer: ProbeAnswer; readonly report: FlightReport | undefined }> {
  const { examiner, serverName } = bench;
  const { answer, first, flights } = await examiner.ask(
    `flights of the ${client} client`,
    offering({
      serverName,
      groups: codes(groups),
      keyShares: await keySharesFor(examiner.provider, shares),
      extensions: [TICKETS_WELCOME],
    }),
    { second: secondShare(bench), encrypted: Infinity },
  );
  const { group } = answer;
  if (answer.verdict !== 'accepted' || group === undefined)
    return { answer: first ?? answer, report: undefined };
  const last = flights.at(-1)?.bytes ?? 0;
  // TLS 1.2 has one round trip more: its key exchange follows the certificate.
  const old = answer.version === 'TLSv1.3' ? 0 : 1;
  return {
    answer,
    report: {
      client,
      group,
      helloRetry: first !== undefined,
      flights,
      fitsInitialWindow: last <= INITIAL_WINDOW,
      roundTrips: windows(last) + old + (first === undefined ? 0 : 1),
    },
  };
}

/** What a client of today gets, byte by byte; and, where that is not the best that the server has, the best. */
export async function askFlights(
  bench: Bench,
  groups: readonly GroupReport[],
): Promise<{ readonly defaultAnswer: ProbeAnswer; readonly flights: readonly FlightReport[] }> {
  const { answer, report } = await askFlight(bench, 'default', named(DEFAULT_GROUPS), named(DEFAULT_SHARES));
  const best = named(acceptedGroups(groups).map(({ group }) => group)).at(0);
  if (best === undefined || best.name === report?.group)
    return { defaultAnswer: answer, flights: report === undefined ? [] : [report] };
  const better = await askFlight(bench, 'best', [best], [best]);
  return {
    defaultAnswer: answer,
    flights: [report, better.report].filter((one) => one !== undefined),
  };
}
