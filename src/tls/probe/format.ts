/** A report as an operator reads it: the conclusions first, then what they rest on. */
import { place } from './line.ts';
import type {
  FlightReport,
  HandshakeReport,
  HelloForm,
  HelloFormReport,
  PreferenceReport,
  ProbeAnswer,
  ProbeReport,
  RetryReport,
  ShownCertificate,
} from './report.ts';

type Row = readonly string[];

/** Columns as wide as their widest cell, two spaces apart and from the margin. */
function table(rows: readonly Row[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

const number = (value: number): string => value.toLocaleString('en-US');
const plural = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

/** An answer in the fewest words. */
function short(answer: ProbeAnswer | undefined): string {
  if (answer === undefined) return '-';
  const { verdict, alert, reason } = answer;
  switch (verdict) {
    case 'accepted':
      return 'accepted';
    case 'retry':
      return 'asked for';
    case 'refused':
      return alert === undefined ? reason : `refused: ${alert}`;
    case 'invalid':
    case 'silent':
    case 'untested':
      return `${verdict}: ${reason}`;
  }
}

function preferenceLines({
  order,
  groups,
  bothShares,
  classicalShares,
}: PreferenceReport): readonly string[] {
  const whose = { client: "the client's", server: "the server's", unknown: 'not known' }[order];
  return [
    `Order of groups: ${whose}${groups.length === 0 ? '' : `, ${groups.join(' > ')}`}`,
    ...table([
      ['key shares of X25519MLKEM768 and x25519:', bothShares.reason],
      ['classical key shares alone:', classicalShares.reason],
    ]),
  ];
}

const FORMS: Readonly<Record<HelloForm, string>> = {
  large: 'more than one TCP segment',
  'two-segments': 'split over two TCP segments',
  'two-records': 'split over two TLS records',
  grease: 'GREASE in every list',
  'unknown-extensions': 'unknown extensions, groups and schemes',
};

function formRow({ form, bytes, tolerated, answer }: HelloFormReport): Row {
  const verdict = tolerated === undefined ? 'nothing can be said' : tolerated ? 'taken' : 'NOT TAKEN';
  return [
    FORMS[form],
    `${number(bytes)} bytes`,
    tolerated === true ? verdict : `${verdict}: ${answer.reason}`,
  ];
}

function retryRows({
  emptyShares,
  secondHello,
  secondHelloUnchanged,
  sameGroupTwice,
}: RetryReport): readonly Row[] {
  const rows: readonly (readonly [string, ProbeAnswer | undefined])[] = [
    ['hello without key shares', emptyShares],
    ['second hello with the key share', secondHello],
    ['second hello without it', secondHelloUnchanged],
    ['two key shares of one group', sameGroupTwice],
  ];
  return rows.flatMap(([what, answer]) => (answer === undefined ? [] : [[what, answer.reason]]));
}

function flightRow({ client, group, helloRetry, flights, fitsInitialWindow, roundTrips }: FlightReport): Row {
  const bytes = flights.map((flight) => `${flight.from} ${number(flight.bytes)}`).join(', ');
  return [
    `${client} client`,
    group,
    `${bytes} bytes`,
    `${plural(roundTrips, 'round trip')}${helloRetry ? ', one for HelloRetryRequest' : ''}${fitsInitialWindow ? '' : ', the flight exceeds 14,600 bytes'}`,
  ];
}

function certificateLines(certificates: readonly ShownCertificate[]): readonly string[] {
  return certificates.flatMap(({ subject, key, signature, notAfter, bytes }) => [
    `    ${subject}, until ${notAfter.slice(0, 10)}, ${number(bytes)} bytes`,
    `      key ${key.name} (${key.nature}), signed by ${signature.name} (${signature.nature})`,
  ]);
}

function handshakeLines(handshake: HandshakeReport): readonly string[] {
  const {
    family,
    outcome,
    reason,
    version,
    cipher,
    group,
    scheme,
    alpn,
    tickets = 0,
    certificates = [],
  } = handshake;
  const what = family === 'any' ? 'as it comes' : `for ${family} keys`;
  if (outcome !== 'completed') return [`  ${what}: ${outcome}: ${reason}`];
  const protocol = typeof alpn === 'string' ? `ALPN ${alpn}` : 'no ALPN';
  return [
    `  ${what}: ${[version, cipher, group, scheme, protocol, plural(tickets, 'ticket')].filter((one) => one !== undefined).join(', ')}`,
    ...certificateLines(certificates),
  ];
}

/** Whose certificates are shown in clear is told only where no handshake shows more. */
function clearLines({ clearCertificates, handshakes }: ProbeReport): readonly string[] {
  if (clearCertificates === undefined || handshakes.some(({ outcome }) => outcome === 'completed')) return [];
  return ['  in clear, in TLS 1.2:', ...certificateLines(clearCertificates)];
}

/**
 * A report for a person, in lines of text: the conclusions, worst first, then every answer they rest on.
 *
 * @example
 * ```ts no-run
 * import { defaultProvider } from 'hybridge';
 * import { formatProbe, probe } from 'hybridge/tls';
 *
 * console.log(formatProbe(await probe({ host: 'pump.example', port: 443, provider: defaultProvider() })));
 * ```
 */
export function formatProbe(report: ProbeReport): string {
  const { target, summary, findings, groups, versions, signatures, hellos, flights, handshakes } = report;
  const { host, port, address, serverName } = target;
  const [usual] = flights;
  const asked = [
    ...(address === host ? [] : [address]),
    ...(serverName === undefined || serverName === host ? [] : [`asked for ${serverName}`]),
  ];
  const sections: readonly (readonly string[])[] = [
    [
      `${place({ host, port })}${asked.length === 0 ? '' : ` (${asked.join(', ')})`}: ${summary.text}`,
      summary.defaultGroup === undefined
        ? 'A client of today is refused'
        : `A client of today gets ${summary.defaultGroup}${usual?.client === 'default' ? ` in ${plural(usual.roundTrips, 'round trip')}` : ''}`,
    ],
    ['Findings', ...table(findings.map(({ severity, text }) => [severity, text]))],
    [
      'Groups',
      ...table([
        ['', '', 'with a key share', 'without'],
        ...groups.map(({ group, nature, keyShare, helloRetry }) => [
          group,
          nature,
          short(keyShare),
          short(helloRetry),
        ]),
      ]),
    ],
    preferenceLines(report.preference),
    [
      'Versions',
      ...table(
        versions.map(({ version, answer }) => [
          version,
          answer.verdict === 'retry' ? 'accepted' : short(answer),
        ]),
      ),
    ],
    [
      'Signatures of the handshake',
      ...table(
        signatures.map(({ family, schemes, nature, answer }) => [
          schemes.length === 1 ? schemes.join() : family,
          nature,
          short(answer),
        ]),
      ),
    ],
    ['Hellos', ...table(hellos.map(formRow))],
    ['HelloRetryRequest', ...table(retryRows(report.retry))],
    ['Flights', ...table(flights.map(flightRow))],
    ['Certificates', ...handshakes.flatMap(handshakeLines), ...clearLines(report)],
  ];
  return sections
    .filter((lines) => lines.length > 1)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}
