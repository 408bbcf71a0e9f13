/** The listener and a client over every group and certificate: who gets a session, and that its posture is true. */
import type { ListenerOptions } from '../../src/terminator/index.ts';
import { namedPolicy, type Policy } from '../../src/policy/index.ts';
import { TLS_GROUPS } from '../../src/tls/index.ts';
import { report, runCases, Skip } from '../support/tally.ts';
import type { Hierarchy } from '../certificates/tls/chains.ts';
import { CERTIFICATES, type CertificateKind, type Certified, certified } from './certificates.ts';
import { type Front, type Meeting, openFront, requireAgreement } from './front.ts';
import { type ClientGroups, GROUPS } from './groups.ts';

/** What a client says of its call. */
export interface Said {
  readonly answered: boolean;
  readonly output: string;
}

/** What a client is told. */
export interface Call {
  readonly port: number;
  readonly hierarchy: Hierarchy;
  /** The only group that it may offer, as it calls it; what it offers by itself unless given. */
  readonly group: string | undefined;
  /** Whether it keeps its session, or resumes the one that it has kept. */
  readonly session?: 'keep' | 'resume' | undefined;
}

/** A client of the matrix. */
export interface Caller {
  readonly name: string;
  readonly groups: ClientGroups;
  /** Certificates for which there can be no session. */
  readonly lacks: Readonly<Partial<Record<CertificateKind, Lack>>>;
  /** Whether it can be told to resume a session. */
  readonly resumes: boolean;
  readonly call: (call: Call) => Promise<Said>;
}

/** Why a client and a certificate do not go together, and how that shows. */
export interface Lack {
  readonly reason: string;
  /**
   * `refused`: the listener sees it in the hello, and sends `handshake_failure`. `given-up`: the client offers it, and
   * ends the handshake.
   */
  readonly shows: 'given-up' | 'refused';
}

/** Under this policy everything that TLS has is permitted, what withstands a quantum computer first. */
export const PERMISSIVE: Policy = namedPolicy('legacy-until(2099-12-31)');

/** The same without the groups that clients send shares of by themselves, so that they have to be asked for another. */
const WITHOUT_USUAL_SHARES: Policy = {
  ...PERMISSIVE,
  name: 'without-usual-shares',
  rules: [
    ...PERMISSIVE.rules,
    {
      id: 'no-usual-shares',
      uses: ['key-establishment'],
      match: { name: ['P-256', 'X25519', 'X25519MLKEM768'] },
      verdict: 'refuse',
      reason: 'Clients send shares of these.',
      source: 'house: tests',
    },
  ],
};

/** A policy that permits one group. */
export function only(group: string): Policy {
  return {
    ...PERMISSIVE,
    name: `only-${group.toLowerCase()}`,
    rules: [
      ...PERMISSIVE.rules,
      {
        id: 'no-other-group',
        uses: ['key-establishment'],
        match: {
          name: TLS_GROUPS.filter(({ name }) => name !== group).map(({ algorithm }) => algorithm.name),
        },
        verdict: 'refuse',
        reason: 'One group at a time.',
        source: 'house: tests',
      },
    ],
  };
}

/** One cell, and what came of it. */
interface Cell {
  readonly id: string;
  readonly verdict: string;
  readonly outcome: Error | Skip | undefined;
}

const FAILURE = 40;

/** What the certificates of the matrix sign handshakes with. */
const SCHEMES: Readonly<Record<CertificateKind, RegExp>> = {
  classical: /^ecdsa_secp256r1_sha256$/,
  mixed: /^ecdsa_secp256r1_sha256$/,
  rsa: /^rsa_pss_rsae_sha(?:256|384|512)$/,
  ed25519: /^ed25519$/,
  'ml-dsa-44': /^mldsa44$/,
  pure: /^mldsa65$/,
  'ml-dsa-87': /^mldsa87$/,
};

/** A session: the client was answered, and the posture is what was on the wire. */
function requireSession(
  { said, session, flight, refusal }: Meeting<Said>,
  kind: CertificateKind,
  group: string | undefined,
  resumed = false,
): void {
  if (session === undefined || !said.answered)
    throw new Error(
      `no session: ${refusal?.reasons[0]?.text ?? ''} (${refusal?.because ?? ''}); the client: ${said.output.trim().slice(-200)}`,
    );
  requireAgreement(session.posture, flight);
  if (group !== undefined && flight.chosen?.group !== group)
    throw new Error(`${flight.chosen?.group ?? 'no group'} on the wire, and only ${group} was offered`);
  if (flight.chosen?.psk !== resumed) throw new Error(resumed ? 'not resumed' : 'resumed');
  // It is encrypted on the wire; there is one certificate, which the client has verified.
  const { by, scheme = '' } = session.posture.authentication.server;
  if (by !== (resumed ? 'psk' : 'certificate') || !SCHEMES[kind].test(scheme))
    throw new Error(`the server is said to have proven itself by ${by} with ${scheme}`);
}

function requireLack({ said, session, flight, refusal }: Meeting<Said>, { shows }: Lack): void {
  if (session !== undefined || said.answered)
    throw new Error('a session, against what is known of the client');
  const seen =
    refusal?.because === 'policy' &&
    refusal.alert === 'handshake_failure' &&
    flight.chosen === undefined &&
    flight.alerts.includes(FAILURE)
      ? 'refused'
      : refusal?.because === 'handshake' && flight.chosen !== undefined
        ? 'given-up'
        : JSON.stringify(refusal);
  if (refusal?.because === 'handshake' && !/certificate|signature/.test(refusal.hint))
    throw new Error(`the hint is "${refusal.hint}"`);
  if (seen !== shows) throw new Error(`${seen} in place of ${shows}`);
}

function attempt(check: () => void): Error | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The certificates of the matrix, in a folder. */
export function certificatesIn(folder: string): Promise<readonly Certified<CertificateKind>[]> {
  return Promise.all(CERTIFICATES.map((kind) => certified(folder, kind)));
}

async function cellsOf(
  front: Front,
  { kind, hierarchy }: Certified<CertificateKind>,
  { name, groups, lacks, call }: Caller,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  const lack = lacks[kind];
  for (const group of GROUPS) {
    const id = `${name}, ${kind}, ${group}`;
    const own = groups.names[group];
    if (own === undefined) {
      const outcome = new Skip(groups.lacks ?? `${name} has no ${group}`);
      cells.push({ id, verdict: 'not run', outcome });
      continue;
    }
    const meeting = await front.meet((port) => call({ port, hierarchy, group: own }));
    const outcome = attempt(() => {
      if (lack === undefined) requireSession(meeting, kind, group);
      else requireLack(meeting, lack);
    });
    cells.push({ id, verdict: verdictOf(meeting, lack), outcome });
  }
  return cells;
}

function verdictOf({ flight, session }: Meeting<Said>, lack: Lack | undefined): string {
  if (lack !== undefined)
    return lack.shows === 'refused' ? 'refused as it must be' : 'given up by the client';
  if (session?.posture.resumed === true) return 'resumed';
  return flight.helloRetry ? 'session after HelloRetryRequest' : 'session';
}

/** What a client offers by itself, under a policy that wants something else: HelloRetryRequest. */
async function retryCell(
  front: Front,
  { hierarchy, kind }: Certified<CertificateKind>,
  { name, call }: Caller,
): Promise<Cell> {
  await front.listener.reload({ policy: WITHOUT_USUAL_SHARES });
  const meeting = await front.meet((port) => call({ port, hierarchy, group: undefined }));
  return {
    id: `${name}, ${kind}, what it offers by itself`,
    verdict: verdictOf(meeting, undefined),
    outcome: attempt(() => {
      requireSession(meeting, kind, undefined);
      const { shares, chosen, helloRetry } = meeting.flight;
      if (!helloRetry) throw new Error(`${chosen?.group ?? ''} at once, of ${shares.join()}`);
    }),
  };
}

/** x25519 and another group are offered, and the other is wanted: HelloRetryRequest where it has no share of it. */
async function secondChoiceCells(
  front: Front,
  { hierarchy, kind }: Certified<CertificateKind>,
  { name, call, groups: { names, separator } }: Caller,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  const { x25519: first } = names;
  if (first === undefined || separator === undefined) return cells;
  for (const group of GROUPS) {
    const own = names[group];
    if (own === undefined || group === 'x25519') continue;
    await front.listener.reload({ policy: only(group) });
    const list = `${first}${separator}${own}`;
    const meeting = await front.meet((port) => call({ port, hierarchy, group: list }));
    cells.push({
      id: `${name}, ${kind}, ${list}`,
      verdict: verdictOf(meeting, undefined),
      outcome: attempt(() => {
        requireSession(meeting, kind, group);
        const { shares, helloRetry } = meeting.flight;
        if (helloRetry === shares.includes(group))
          throw new Error(`HelloRetryRequest: ${String(helloRetry)}`);
      }),
    });
  }
  return cells;
}

/** A session that is kept and one that resumes it, for the first and the last group that a client has. */
async function resumptionCells(
  front: Front,
  { hierarchy, kind }: Certified<CertificateKind>,
  { name, groups, call }: Caller,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  const own = GROUPS.filter((group) => groups.names[group] !== undefined);
  for (const group of new Set([own[0], own.at(-1)])) {
    if (group === undefined) continue;
    for (const session of ['keep', 'resume'] as const) {
      const meeting = await front.meet((port) =>
        call({ port, hierarchy, group: groups.names[group], session }),
      );
      const resumed = session === 'resume';
      cells.push({
        id: `${name}, ${kind}, ${group}: ${session}`,
        verdict: verdictOf(meeting, undefined),
        outcome: attempt(() => requireSession(meeting, kind, group, resumed)),
      });
    }
  }
  return cells;
}

/** One line of a table per certificate, as one reads it. */
function printCells({ name, lacks, groups }: Caller, cells: readonly Cell[]): void {
  const sign = ({ verdict, outcome }: Cell): string =>
    outcome instanceof Error
      ? 'WRONG'
      : ({ session: 'ok', 'not run': '-', 'session after HelloRetryRequest': 'retry' }[verdict] ?? verdict);
  for (const kind of CERTIFICATES) {
    const row = GROUPS.flatMap((group) => cells.filter(({ id }) => id === `${name}, ${kind}, ${group}`));
    if (row.length === 0) continue;
    const signs = row.map(sign);
    const all = new Set(signs).size === 1 ? (signs[0] ?? '') : signs.join(' | ');
    report(`  ${name}, ${kind}: ${all}${lacks[kind] === undefined ? '' : ` (${lacks[kind].reason})`}`);
  }
  if (groups.lacks !== undefined) report(`  ${name} - : ${groups.lacks}`);
}

/** Every group with every certificate for one client, and its own offer; the front is closed. */
export async function meetAll(
  caller: Caller,
  certificates: readonly Certified<CertificateKind>[],
  options: Partial<ListenerOptions> = {},
): Promise<{ readonly passed: number }> {
  const [first] = certificates;
  if (first === undefined) throw new Error('no certificates');
  const front = await openFront({ policy: PERMISSIVE, credentials: [first.credential], ...options });
  const cells: Cell[] = [];
  try {
    cells.push(await retryCell(front, first, caller));
    cells.push(...(await secondChoiceCells(front, first, caller)));
    await front.listener.reload({ policy: PERMISSIVE });
    for (const one of certificates) {
      await front.listener.reload({ credentials: [one.credential] });
      cells.push(...(await cellsOf(front, one, caller)));
      if (caller.resumes && caller.lacks[one.kind] === undefined)
        cells.push(...(await resumptionCells(front, one, caller)));
    }
  } finally {
    await front.close();
  }
  printCells(caller, cells);
  return runCases(`listener and ${caller.name}`, cells, ({ outcome }) => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
}
