import type {
  Kem,
  KemLeafName,
  Provider,
  RawKeyPair,
  Signature,
  SignatureLeafName,
} from '../../src/provider/index.ts';
import { algorithm } from '../../src/registry/index.ts';

/** One thing to check, apart from any test runner, so that it also runs on Node lines that the runner has left. */
export interface Case {
  readonly title: string;
  readonly run: () => Promise<void> | void;
}

/** The names that both tables have. */
export function shared<Name extends string>(
  first: Readonly<Partial<Record<Name, unknown>>>,
  second: Readonly<Partial<Record<Name, unknown>>>,
): readonly Name[] {
  const names: Name[] = [];
  for (const name in first) if (name in second) names.push(name);
  return names;
}

const rsaKeys = new Map<string, Promise<RawKeyPair>>();

/** A key pair for a primitive; the slow ones of RSA are made once for each backend and modulus. */
export async function keyPair(
  name: KemLeafName | SignatureLeafName,
  primitive: Kem | Signature,
  { random }: Provider,
): Promise<RawKeyPair> {
  const { key } = algorithm(name);
  if (key.kind !== 'rsa') return primitive.generateKeyPair(random);
  const id = `${primitive.backend.name} ${String(key.modulusBits)}`;
  const known = rsaKeys.get(id) ?? Promise.resolve(primitive.generateKeyPair(random));
  rsaKeys.set(id, known);
  return known;
}
