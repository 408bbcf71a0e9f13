import {
  BENCH_DEVICE,
  type BenchResult,
  benchToCostData,
  certificateBytes,
  type Check,
  composeReport,
  COST_DATA,
  type Figure,
  type FirmwareUpdateScenario,
  mergeCostData,
  predict,
  type Prediction,
  quantity,
  type ReportInput,
  signatureBytes,
  type TlsHandshakeScenario,
} from 'hybridge/cost';
import { TLS_NAMES, tlsSession, type TlsSession } from './tls-session.ts';

/** What the demo did and measured before. */
export interface Done {
  readonly imageBytes: number;
  readonly compositeBytes: number;
  readonly classicalBytes: number;
  readonly postQuantumBytes: number;
  readonly bench: BenchResult;
}

/** What a device does, before the migration and after it. */
export interface Outlook {
  readonly who: string;
  readonly job: 'handshake' | 'update';
  readonly before: Prediction;
  readonly after: Prediction;
}

/** What the scene shows. */
export interface Forecast {
  readonly outlooks: readonly Outlook[];
  /** What was predicted and done, in the order of the report. */
  readonly checks: readonly Check[];
  /** The handshake with everything post-quantum on this machine: the client's own work, and all of it. */
  readonly here: { readonly predicted: Figure<'ms'>; readonly session: TlsSession };
  /** Devices whose flash the image of the demo would not fit. */
  readonly tooSmall: readonly string[];
  readonly report: ReportInput;
}

const CLASSICAL = { group: 'X25519', signature: 'ECDSA-P256-SHA256' } as const;
const HYBRID = { group: 'X25519MLKEM768', signature: 'ECDSA-P256-SHA256' } as const;
const MIGRATED = { group: 'X25519MLKEM768', signature: 'ML-DSA-65' } as const;

/** The devices of the story, and what they are connected by. */
const PLACES = [
  { who: 'sensor patch', device: 'nrf52832', link: 'ble-4.2-dle-1M' },
  { who: 'infusion pump', device: 'nrf52840', link: 'ble-4.2-dle-1M' },
  { who: 'bedside hub', device: 'stm32u585', link: 'tcp-wifi' },
] as const;

/** The handshake that {@link tlsSession} makes, as the cost model describes it. */
function handshake(wish: typeof CLASSICAL | typeof HYBRID | typeof MIGRATED): TlsHandshakeScenario {
  return {
    kind: 'tls-handshake',
    ...wish,
    chain: 0,
    mutual: false,
    resumption: false,
    stack: process.versions.openssl.startsWith('3.5.') ? 'openssl-3.5' : 'openssl-3.6',
    profile: {
      subject: `CN=${TLS_NAMES.server}`,
      dnsNames: [TLS_NAMES.server],
      issuers: [`CN=${TLS_NAMES.root}`],
    },
  };
}

function counted(bytes: number, what: string): Figure<'bytes'> {
  return quantity(bytes, 'bytes', { status: 'measured', because: `${what}, counted by the demo` });
}

function signatureCheck(name: Parameters<typeof signatureBytes>[0], bytes: number): Check {
  return {
    label: `signature of the update, ${name}`,
    predicted: signatureBytes(name),
    measured: counted(bytes, 'a signature that was made'),
  };
}

/** Predictions beside what went over the wire. */
async function handshakeChecks(
  wish: Parameters<typeof handshake>[0],
): Promise<{ readonly checks: readonly Check[]; readonly session: TlsSession }> {
  const session = await tlsSession(wish);
  // The bytes are the same for every device.
  const { up, down } = predict({ device: PLACES[0].device, scenario: handshake(wish) });
  const name = `${wish.group} and ${wish.signature}`;
  const certificate = certificateBytes({
    use: 'tls-server',
    subject: `CN=${TLS_NAMES.server}`,
    issuer: `CN=${TLS_NAMES.root}`,
    key: wish.signature,
    signature: wish.signature,
    dnsNames: [TLS_NAMES.server],
  });
  return {
    session,
    checks: [
      {
        label: `handshake with ${name}, client to server`,
        predicted: up,
        measured: counted(session.clientBytes, 'a handshake on loopback'),
      },
      {
        label: `handshake with ${name}, server to client`,
        predicted: down,
        measured: counted(session.serverBytes, 'a handshake on loopback'),
      },
      {
        label: `certificate in it, ${wish.signature}`,
        predicted: certificate,
        measured: counted(session.certificateBytes, 'a certificate that was issued'),
      },
    ],
  };
}

/** What the migration of the demo takes on devices that cannot run the demo, from what was done and measured in it. */
export async function forecast(done: Done): Promise<Forecast> {
  const data = mergeCostData(COST_DATA, benchToCostData(done.bench));
  const classical = await handshakeChecks(CLASSICAL);
  const hybrid = await handshakeChecks(HYBRID);
  const migrated = await handshakeChecks(MIGRATED);
  const checks: readonly Check[] = [
    ...classical.checks,
    // The certificate is as the one before.
    ...hybrid.checks.slice(0, 2),
    ...migrated.checks,
    signatureCheck('ECDSA-P256-SHA256', done.classicalBytes),
    signatureCheck('ML-DSA-65', done.postQuantumBytes),
    signatureCheck('MLDSA65-ECDSA-P256-SHA512', done.compositeBytes),
  ];

  const update = (...signatures: readonly string[]): FirmwareUpdateScenario => ({
    kind: 'firmware-update',
    imageBytes: done.imageBytes,
    signatures,
  });
  const after = { handshake: handshake(MIGRATED), update: update('MLDSA65-ECDSA-P256-SHA512') };
  const before = { handshake: handshake(CLASSICAL), update: update('ECDSA-P256-SHA256') };
  const outlooks = (['handshake', 'update'] as const).flatMap((job) =>
    PLACES.map(({ who, device, link }): Outlook => ({
      who,
      job,
      before: predict({ device, link, scenario: before[job], data }),
      after: predict({ device, link, scenario: after[job], data }),
    })),
  );

  const at = new Date();
  const title = 'What the migration of the demo takes';
  const parts = PLACES.map(({ device, link }) =>
    composeReport({
      title,
      at,
      data,
      devices: [device],
      links: [link],
      scenarios: [handshake(HYBRID), after.handshake, update('ECDSA-P256-SHA256', 'ML-DSA-65'), after.update],
    }),
  );
  return {
    outlooks,
    checks,
    here: {
      predicted: predict({ device: BENCH_DEVICE, scenario: after.handshake, data }).cpu.mean,
      session: migrated.session,
    },
    tooSmall: PLACES.flatMap(({ who }, index) => {
      const device = outlooks[index]?.after.device;
      return device !== undefined && device.flashBytes.value < done.imageBytes ? [who] : [];
    }),
    report: {
      title,
      at,
      data,
      fit: parts.flatMap(({ fit }) => fit),
      changes: parts.flatMap(({ changes }) => changes),
      // The bytes of a chain are the same for every device.
      chains: parts[0]?.chains ?? [],
      signatures: parts.flatMap(({ signatures }) => signatures),
      comparisons: parts.flatMap(({ comparisons }) => comparisons),
      bench: done.bench,
      checks,
    },
  };
}
