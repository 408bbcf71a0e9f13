/** A chain of certificates: its bytes, the way to the device, and what checking it takes. */
import { algorithm } from '../registry/index.ts';
import { assemble } from './assemble.ts';
import { chainCertificates, rootNameBytes } from './certificate-size.ts';
import { trustAnchor, verifyChain } from './chain-work.ts';
import type { Context } from './context.ts';
import { flightSteps, moveFlights, radioTimes, roundTripSteps, shownFlights } from './exchange.ts';
import { codeOf, implementationsOf, larger, stackOf, type Use } from './implementation.ts';
import { objectsOf } from './objects.ts';
import type { Prediction } from './prediction.ts';
import { type Figure, noData, sum } from './quantity.ts';
import type { CertificateChainScenario } from './scenario.ts';

/**
 * What it takes to fetch and check a chain, and to keep it. Certificates are checked one by one, so that one of them is in
 * RAM at a time.
 *
 * @throws HybridgeError as {@link chainCertificates}.
 */
export function predictCertificateChain(context: Context, scenario: CertificateChainScenario): Prediction {
  const { signature, leafKey = signature, intermediates, profile } = scenario;
  const chain = chainCertificates({ signature, leafKey, intermediates, profile });
  const bytes = sum(
    'bytes',
    chain.map((one) => one.bytes),
    'the certificates of the chain',
  );
  const flights = moveFlights(context, [{ label: 'chain', direction: 'down', bytes }]);
  const checks = verifyChain(context, signature, chain.length, bytes);
  const uses: readonly Use[] = [{ algorithm: signature, operation: 'verify' }];
  return assemble(context, {
    title: `chain of ${String(chain.length)} with ${signature}${leafKey === signature ? '' : `, leaf with a key of ${leafKey}`} on ${context.device.title}`,
    items: chain.map(({ label, bytes: size }) => ({ label, direction: 'down', bytes: size })),
    flights: shownFlights(flights),
    steps: [...roundTripSteps(context, 'request'), ...flights.flatMap(flightSteps), ...checks.steps],
    missing: checks.missing,
    ram: [
      ...objectsOf(signature, 'verify'),
      { label: 'stack', bytes: stackOf(context, signature, 'verify') },
      { label: 'largest certificate', bytes: largestOf(chain.map((one) => one.bytes)) },
    ],
    flash: [
      ...codeOf(context, uses),
      trustAnchor(signature, rootNameBytes(intermediates, profile)),
      { label: 'the chain, stored', bytes },
    ],
    ...radioTimes(flights),
    implementations: implementationsOf(context, uses),
    assumptions: [
      'Exact for certificates issued here with the same contents; other issuers write other extensions.',
      'The root is in flash and not sent. Each certificate is checked by itself and then dropped.',
      ...(checks.missing.length === 0
        ? []
        : [`Not counted, for the data has no time of it on this core: ${checks.missing.join('; ')}.`]),
    ],
    algorithms: [
      { algorithm: signature, use: 'certificate-signature' },
      ...(algorithm(leafKey).use === 'kem'
        ? ([{ algorithm: leafKey, use: 'key-establishment' }] as const)
        : []),
    ],
  });
}

function largestOf(sizes: readonly Figure<'bytes'>[]): Figure<'bytes'> {
  const [first, ...more] = sizes;
  return first === undefined ? noData('bytes', 'no certificates') : more.reduce(larger, first);
}
