/**
 * Signs with keys that live in another process, as they would in a key management service or a hardware module: two
 * `Signer`s that ask the service, made into one composite. Run it with `node docs/examples/signer-in-another-process.ts`.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { defaultProvider, PublicKey } from 'hybridge';
import {
  type CompositeSignatureDescriptor,
  type EcdsaDescriptor,
  type MlDsaDescriptor,
  signature,
  type SignatureDescriptor,
} from 'hybridge/registry';
import { compositeSigner, sign, type Signer, verify } from 'hybridge/sign';

const provider = defaultProvider();

/** A request that has no answer yet. */
interface Waiting {
  readonly resolve: (answer: object) => void;
  readonly reject: (error: Error) => void;
}

/** A line-by-line connection to the signing service. */
class SigningService {
  readonly #child = spawn(process.execPath, [fileURLToPath(new URL('signing-service.ts', import.meta.url))]);
  readonly #waiting = new Map<number, Waiting>();
  #requests = 0;

  constructor() {
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const answer: unknown = JSON.parse(line);
      if (typeof answer !== 'object' || answer === null) return;
      const id: unknown = Reflect.get(answer, 'id');
      if (typeof id === 'number') this.#waiting.get(id)?.resolve(answer);
    });
    this.#child.on('exit', (code) => {
      const error = new Error(`the signing service ended with ${String(code)}`);
      for (const { reject } of this.#waiting.values()) reject(error);
    });
  }

  /** Sends one request and gives the bytes that answer it. */
  async ask(request: Readonly<Record<string, string>>): Promise<Uint8Array> {
    const id = this.#requests++;
    const answer = await new Promise<object>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    });
    this.#waiting.delete(id);
    const result: unknown = Reflect.get(answer, 'result');
    if (typeof result !== 'string') throw new Error(`the signing service: ${JSON.stringify(answer)}`);
    return new Uint8Array(Buffer.from(result, 'base64'));
  }

  /** A signer for one of the service's keys. */
  async signer<Algorithm extends SignatureDescriptor>(algorithm: Algorithm): Promise<Signer<Algorithm>> {
    const raw = await this.ask({ method: 'publicKey', algorithm: algorithm.name });
    return {
      algorithm,
      publicKey: new PublicKey(algorithm, raw),
      sign: (message, { context, deterministic, signal }) => {
        signal?.throwIfAborted();
        if (deterministic) throw new Error('the signing service makes hedged signatures only');
        return this.ask({
          method: 'sign',
          algorithm: algorithm.name,
          message: Buffer.from(message).toString('base64'),
          context: Buffer.from(context).toString('base64'),
        });
      },
    };
  }

  close(): void {
    this.#child.kill();
  }
}

/** Signs a message of any size: what crosses the process boundary is the short message representative. */
export async function signWithService(
  message: Uint8Array,
): Promise<{ readonly publicKey: PublicKey<CompositeSignatureDescriptor>; readonly value: Uint8Array }> {
  const service = new SigningService();
  try {
    const mlDsa: Signer<MlDsaDescriptor> = await service.signer(signature('ML-DSA-65'));
    const ecdsa: Signer<EcdsaDescriptor> = await service.signer(signature('ECDSA-P256-SHA256'));
    const signer = compositeSigner(provider, 'MLDSA65-ECDSA-P256-SHA512', mlDsa, ecdsa);
    return { publicKey: signer.publicKey, value: await sign(provider, signer, message) };
  } finally {
    service.close();
  }
}

if (import.meta.main) {
  const message = new TextEncoder().encode('firmware 1.2.3');
  const { publicKey, value } = await signWithService(message);
  console.log(publicKey.algorithm.name, value.length, 'bytes');
  console.log('verifies:', await verify(provider, publicKey, message, value));
}
