import { generateKeyPair } from 'hybridge';
import { type Certificate, issueCertificate, type Issuer, issueSelfSigned } from 'hybridge/certificates';
import { exportPrivateKey } from 'hybridge/keys';
import { createNativeProvider } from 'hybridge/providers/native';
import type { Comparison, Effort } from '../compare.ts';
import { callerContext, callTimes, dial, sessionOf, type Caller } from './terminator-load.ts';
import { type RunningServer, type ServerTask, startServer } from './terminator-server.ts';

type Provider = NonNullable<ReturnType<typeof createNativeProvider>>;
type Algorithm = 'ECDSA-P256-SHA256' | 'ML-DSA-65';

/** A certificate and its key, in PEM. */
interface Pem {
  readonly cert: string;
  readonly key: string;
}

interface Authority extends Issuer {
  readonly root: Certificate;
}

const DAY = 86_400_000;
const validity = { notBefore: new Date(Date.now() - DAY), days: 90 };

async function authority(provider: Provider, algorithm: Algorithm): Promise<Authority> {
  const { privateKey: key } = await generateKeyPair(algorithm);
  const root = await issueSelfSigned(provider, { key, subject: 'CN=root', profile: 'ca', validity });
  return { root, certificate: root, key };
}

async function leaf(
  provider: Provider,
  issuer: Issuer,
  algorithm: Algorithm,
  profile: 'tls-client' | 'tls-server',
): Promise<Pem> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const certificate = await issueCertificate(provider, {
    issuer,
    publicKey,
    subject: 'CN=pump.example',
    profile,
    validity,
    extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
  });
  const key = await exportPrivateKey(provider, privateKey, { format: 'pem' });
  return { cert: certificate.toPem(), key };
}

/** What one side did in one round. */
interface Round {
  readonly perSecond: number;
  /** Of the processor time of the server. */
  readonly perCpuSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);
const at = (values: readonly number[], share: number): number =>
  sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
const median = (values: readonly number[]): number => at(values, 0.5);

async function round(server: RunningServer, caller: Caller, times: number, together: number): Promise<Round> {
  const before = await server.usage();
  const began = performance.now();
  const took = await callTimes(caller, times, together);
  const seconds = (performance.now() - began) / 1000;
  const after = await server.usage();
  return {
    perSecond: times / seconds,
    perCpuSecond: (times * 1e6) / (after.cpuMicroseconds - before.cpuMicroseconds),
    p50: at(took, 0.5),
    p99: at(took, 0.99),
  };
}
// DEV
const provider = createNativeProvider();
if (provider === undefined) process.exit(1);
const algorithm: Algorithm = process.argv[2] === 'mldsa' ? 'ML-DSA-65' : 'ECDSA-P256-SHA256';
const ca = await authority(provider, algorithm);
const pem = await leaf(provider, ca, algorithm, 'tls-server');
const device = await leaf(provider, ca, algorithm, 'tls-client');
const mutual = process.argv.includes('mtls');
const resume = process.argv.includes('resume');
const N = Number(process.env['N'] ?? 1000);
const C = Number(process.env['C'] ?? 16);
const task = { certificate: pem.cert, key: pem.key, ...(mutual && { clientRoot: ca.root.toPem() }) };
const servers = await Promise.all([startServer({ kind: 'listener', ...task }), startServer({ kind: 'tls', ...task })]);
const context = callerContext(ca.root.toPem(), mutual ? device : undefined);
const callers = await Promise.all(servers.map(async ({ port }) => { const c = { port, context }; return resume ? { ...c, session: await sessionOf(c) } : c; }));
const out: Round[][] = [[], []];
for (let r = -1; r < Number(process.env['R'] ?? 5); r++)
  for (const i of r % 2 ? [0, 1] : [1, 0]) {
    const one = await round(servers[i]!, callers[i]!, N, C);
    if (r >= 0) out[i]!.push(one);
  }
for (const k of ['perCpuSecond', 'perSecond', 'p50', 'p99'] as const)
  console.log(k, median(out[0]!.map((o) => o[k])).toFixed(2), median(out[1]!.map((o) => o[k])).toFixed(2), 'ratio', median(out[0]!.map((o, i) => o[k] / out[1]![i]![k])).toFixed(3));
await Promise.all(servers.map((s) => s.stop()));
