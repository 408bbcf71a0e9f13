/** Configurations of other programs for a plan. */
import { HybridgeError } from '../../bytes/index.ts';
import { renderHaproxy } from './haproxy.ts';
import type { AnyPlan, CertificateFiles } from './lines.ts';
import { renderNginx } from './nginx.ts';
import { renderNode } from './node.ts';
import { renderOpenssl } from './openssl.ts';

export type { CertificateFiles } from './lines.ts';

/** Programs that configurations are written for. */
export const RENDERED_PROGRAMS = ['nginx', 'haproxy', 'node', 'openssl'] as const;

/** A program that configurations are written for. */
export type RenderedProgram = (typeof RENDERED_PROGRAMS)[number];

interface Renderer {
  readonly render: (plan: AnyPlan, files: readonly CertificateFiles[]) => readonly string[];
  /** Whether it writes the configuration of a client as well. */
  readonly clients: boolean;
}

const RENDERERS: Readonly<Record<RenderedProgram, Renderer>> = {
  nginx: { render: renderNginx, clients: false },
  haproxy: { render: renderHaproxy, clients: false },
  node: { render: renderNode, clients: true },
  openssl: { render: renderOpenssl, clients: true },
};

/**
 * The configuration of a program that negotiates what a plan says: the same groups with the same peers, whichever
 * program it is. Make the plan for the engine `openssl-3.5`. What a configuration cannot express (exceptions for some
 * peers, for one) stands in it as comments.
 *
 * - `nginx`: directives for a `server` block.
 * - `haproxy`: a `global` section for all `bind` lines, and a store of certificates.
 * - `node`: a module with options for `node:tls`, `node:https` and `node:http2`, without any package.
 * - `openssl`: an `openssl.cnf`, with a command line as a comment.
 *
 * @param files - Where the program finds the plan's certificates, in the order of `plan.credentials`.
 * @throws {@link HybridgeError} `invalid_argument` for file names that need quoting, for certificates that are not
 * those of the plan, and for a plan of a client where the program is a server.
 *
 * @example
 * ```ts
 * import { namedPolicy } from 'hybridge/policy';
 * import { renderConfiguration, tlsPlan } from 'hybridge/tls';
 *
 * const policy = namedPolicy('pq-only');
 * const plan = tlsPlan({ policy, at: new Date('2027-01-01'), side: 'server', engine: 'openssl-3.5' });
 * console.log(renderConfiguration(plan, 'nginx').includes('ssl_ecdh_curve MLKEM768:MLKEM1024:MLKEM512;')); // true
 * ```
 */
export function renderConfiguration(
  plan: AnyPlan,
  program: RenderedProgram,
  files: readonly CertificateFiles[] = [],
): string {
  const { render, clients } = RENDERERS[program];
  if (plan.side === 'client' && !clients)
    throw new HybridgeError('invalid_argument', `${program} is configured as a server only`, {
      fault: 'caller',
    });
  if (plan.credentials.length > 0 && files.length !== plan.credentials.length)
    throw new HybridgeError(
      'invalid_argument',
      `${files.length} certificate files for ${plan.credentials.length} certificates of the plan`,
      { fault: 'caller' },
    );
  return `${render(plan, files).join('\n')}\n`;
}
