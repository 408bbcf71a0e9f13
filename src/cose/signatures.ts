/** Signatures of several keys over one payload, which is read once. */
import { concat, type ReadingOptions } from '../bytes/index.ts';
import type { Provider, PublicKey } from '../provider/index.ts';
import type { SignatureDescriptor } from '../registry/index.ts';
import { sign, type SigningIdentity, startSigning, startVerifying, verify } from '../sign/index.ts';
import { fromCoseSignature, toCoseSignature } from './algorithm.ts';
import { type Payload, sizedPieces } from './payload.ts';

/** One signature to make. */
export interface SigningJob {
  readonly key: SigningIdentity;
  /** What is signed before the payload. */
  readonly start: Uint8Array;
}

/** One signature to check. */
export interface VerifyingJob {
  readonly key: PublicKey<SignatureDescriptor>;
  readonly start: Uint8Array;
  readonly signature: Uint8Array;
}

/** The signatures as COSE writes them, in the order of the jobs. */
export async function signAll(
  provider: Provider,
  jobs: readonly SigningJob[],
  payload: Payload,
  options: ReadingOptions & { readonly deterministic?: boolean | undefined },
): Promise<readonly Uint8Array[]> {
  const { deterministic, signal } = options;
  if (payload instanceof Uint8Array)
    return Promise.all(
      jobs.map(async ({ key, start }) =>
        toCoseSignature(
          key.algorithm,
          await sign(provider, key, concat(start, payload), { deterministic, signal }),
        ),
      ),
    );
  const signers = await Promise.all(
    jobs.map(async ({ key, start }) => {
      const signer = await startSigning(provider, key, { deterministic, signal });
      signer.update(start);
      return { algorithm: key.algorithm, signer };
    }),
  );
  for await (const piece of sizedPieces(payload, options))
    for (const { signer } of signers) signer.update(piece);
  return Promise.all(
    signers.map(async ({ algorithm, signer }) => toCoseSignature(algorithm, await signer.finish())),
  );
}

/** Which signatures hold, in the order of the jobs. */
export async function verifyAll(
  provider: Provider,
  jobs: readonly VerifyingJob[],
  payload: Payload,
  reading: ReadingOptions,
): Promise<readonly boolean[]> {
  const { signal } = reading;
  if (payload instanceof Uint8Array)
    return Promise.all(
      jobs.map(async ({ key, start, signature }) => {
        const raw = fromCoseSignature(key.algorithm, signature);
        return raw !== undefined && verify(provider, key, concat(start, payload), raw, { signal });
      }),
    );
  const verifiers = await Promise.all(
    jobs.map(async ({ key, start, signature }) => {
      const verifier = await startVerifying(provider, key, { signal });
      verifier.update(start);
      return { verifier, raw: fromCoseSignature(key.algorithm, signature) };
    }),
  );
  for await (const piece of sizedPieces(payload, reading))
    for (const { verifier } of verifiers) verifier.update(piece);
  return Promise.all(
    verifiers.map(async ({ verifier, raw }) => raw !== undefined && (await verifier.finish(raw))),
  );
}
