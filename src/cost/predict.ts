/** The one question: what does this scenario cost on this device over this link? */
import { predictCertificateChain } from './certificate-chain.ts';
import { contextOf } from './context.ts';
import { predictFirmwareUpdate } from './firmware-update.ts';
import { predictOperation } from './operation.ts';
import type { Prediction } from './prediction.ts';
import type { PredictRequest } from './scenario.ts';
import { predictSealedMessage } from './sealed-message.ts';
import { predictTlsHandshake } from './tls-handshake.ts';

/**
 * What a scenario costs on a device over a link, before anything is built: bytes, time as a distribution, RAM and flash
 * piece by piece, energy. Every figure has bounds, says how it is known and links to the rows that it comes from; where
 * nothing is known it says so.
 *
 * The verdict is about an implementation, for that of an algorithm has none: the same ML-DSA-65 needs 6.6 or 69 kB to
 * sign. `implementation` chooses: `fastest` and `smallest` take the best of those that the data has for the device's
 * core, over all operations of the algorithm; a name takes that one, and where an algorithm has no such implementation
 * at all the fastest of those it has. For a core without rows those of a related one stand in as estimates.
 *
 * Nothing is read but the request: no clock, no file. The same request has the same answer; profiles and data are taken
 * not to change between two of them.
 *
 * @throws {@link HybridgeError} `invalid_argument` for names that nothing is known of (the nearest known ones are the
 * hint), for numbers that cannot be, and for a policy without a date; `unknown_algorithm` for an algorithm.
 *
 * @example
 * ```ts
 * import { predict } from 'hybridge/cost';
 *
 * const scenario = { kind: 'operation', algorithm: 'ML-DSA-65', operation: 'sign' } as const;
 * for (const implementation of ['fastest', 'smallest']) {
 *   const { time, ram, implementations } = predict({ device: 'nrf52832', scenario, implementation });
 *   const { mean, p99 } = time;
 *   if (mean.known && p99.known) console.log(mean.value.toFixed(0), 'ms mean,', p99.value.toFixed(0), 'ms at p99');
 *   console.log(implementations, ram.fits, ram.because);
 * }
 * ```
 */
export function predict(request: PredictRequest): Prediction {
  const context = contextOf(request);
  const { scenario } = context;
  switch (scenario.kind) {
    case 'operation':
      return predictOperation(context, scenario);
    case 'sealed-message':
      return predictSealedMessage(context, scenario);
    case 'firmware-update':
      return predictFirmwareUpdate(context, scenario);
    case 'tls-handshake':
      return predictTlsHandshake(context, scenario);
    case 'certificate-chain':
      return predictCertificateChain(context, scenario);
  }
}
