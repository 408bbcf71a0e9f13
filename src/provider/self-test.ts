import { HybridgeError } from '../bytes/index.ts';
import type { Provider } from './contract.ts';
import { type Primitive, type PrimitiveKind, primitivesOf } from './primitives.ts';

/** How one primitive answered. */
export interface SelfTestResult {
  readonly kind: PrimitiveKind;
  readonly primitive: string;
  /** The backend, as `native (OpenSSL 3.5.8)`. */
  readonly backend: string;
  readonly passed: boolean;
  readonly milliseconds: number;
  /** What was wrong, when it did not pass. */
  readonly reason?: string;
}

/** How all of them answered. */
export interface SelfTestReport {
  /** Whether every primitive that was asked passed. */
  readonly passed: boolean;
  readonly results: readonly SelfTestResult[];
}

/** What to ask, and who wants to hear of it. */
export interface SelfTestOptions {
  readonly signal?: AbortSignal;
  /** Names of primitives; all when absent. */
  readonly only?: readonly string[];
  /**
   * Lets SLH-DSA sign with every parameter set also where that takes seconds (plain JavaScript); else these are asked
   * for their published public key and whether they reject a forgery.
   */
  readonly thorough?: boolean;
  /** Hears of every result as it comes. */
  readonly onResult?: (result: SelfTestResult) => void;
}

/**
 * Asks every primitive of a provider questions with published answers (ACVP, Wycheproof, NIST and RFC examples). A
 * wrong answer is a result, not an exception.
 *
 * @throws {@link HybridgeError} `aborted`; `invalid_argument` when `only` names what the provider does not offer.
 *
 * @example
 * ```ts
 * import { defaultProvider, selfTest } from 'hybridge';
 *
 * const { passed } = await selfTest(defaultProvider(), { only: ['ML-KEM-768', 'X25519'] });
 * console.log(passed); // true
 * ```
 */
export async function selfTest(provider: Provider, options: SelfTestOptions = {}): Promise<SelfTestReport> {
  const { signal, thorough = false, onResult } = options;
  const results: SelfTestResult[] = [];
  for (const primitive of chosen(provider, options.only)) {
    // A turn of the event loop for each, so that an abort can be heard and progress be shown.
    await new Promise((resolve) => setTimeout(resolve));
    if (signal?.aborted === true)
      throw new HybridgeError('aborted', 'the self-test was aborted', { cause: signal.reason });
    const result = await ask(primitive, thorough);
    results.push(result);
    onResult?.(result);
  }
  return { passed: results.every(({ passed }) => passed), results };
}

function chosen(provider: Provider, only: readonly string[] | undefined): readonly Primitive[] {
  const all = primitivesOf(provider);
  if (only === undefined) return all;
  const missing = only.filter((wanted) => !all.some(({ name }) => name === wanted));
  if (missing.length > 0)
    throw new HybridgeError(
      'invalid_argument',
      `provider ${provider.name} does not offer ${missing.join(', ')}`,
      { fault: 'caller', details: { missing } },
    );
  return all.filter(({ name }) => only.includes(name));
}

async function ask(primitive: Primitive, thorough: boolean): Promise<SelfTestResult> {
  const { kind, name, backend } = primitive;
  const start = performance.now();
  let reason: string | undefined;
  try {
    await primitive.check(thorough ? 'thorough' : 'sign');
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  const result = {
    kind,
    primitive: name,
    backend: backend.name,
    passed: reason === undefined,
    milliseconds: performance.now() - start,
  };
  return reason === undefined ? result : { ...result, reason };
}
