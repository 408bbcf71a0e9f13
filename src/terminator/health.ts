/** What an operator's probes ask a terminator, on an address of its own and without TLS. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HybridgeError } from '../bytes/index.ts';
import { type MetricsSnapshot, PROMETHEUS_CONTENT_TYPE, toPrometheus } from '../events/index.ts';
import type { Readiness } from './terminator.ts';

/** What is told to probes: a {@link Terminator}, or the workers of a cluster taken together. */
export interface HealthSource {
  /** Whether new connections should come here. */
  readiness(): Promise<Readiness>;
  /** What has been counted. */
  metrics(): MetricsSnapshot | Promise<MetricsSnapshot>;
}

/** Where probes ask. */
export interface HealthAddress {
  /** `127.0.0.1` unless told: what is counted here is nobody else's business. */
  readonly host?: string | undefined;
  /** 0, and thus a free one, unless told. */
  readonly port?: number | undefined;
}

/** An endpoint for probes. */
export interface HealthEndpoint {
  /** Where it listens. */
  readonly address: AddressInfo;
  /** Stops listening. */
  close(): Promise<void>;
}

function answer(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
}

/**
 * Begins to answer probes over plain HTTP: `/healthz` with 200 while the process lives, `/readyz` with 200 or 503 and the
 * checks as JSON, `/metrics` in the text format of Prometheus.
 *
 * @throws {@link HybridgeError} `input_output` when the address cannot be had.
 *
 * @example
 * ```ts
 * import { serveHealth } from 'hybridge/terminator';
 *
 * const health = await serveHealth({
 *   readiness: () => Promise.resolve({ ready: true, checks: { listening: 'ok' } }),
 *   metrics: () => ({ since: new Date(), at: new Date(), metrics: [] }),
 * });
 * const answer = await fetch(`http://127.0.0.1:${health.address.port}/readyz`);
 * console.log(answer.status, await answer.json()); // 200 { ready: true, checks: { listening: 'ok' } }
 * await health.close();
 * ```
 */
export async function serveHealth(
  source: HealthSource,
  { host = '127.0.0.1', port = 0 }: HealthAddress = {},
): Promise<HealthEndpoint> {
  const respond = async (path: string, response: ServerResponse): Promise<void> => {
    if (path === '/healthz') answer(response, 200, 'text/plain; charset=utf-8', 'ok\n');
    else if (path === '/readyz') {
      const readiness = await source.readiness();
      answer(response, readiness.ready ? 200 : 503, 'application/json', `${JSON.stringify(readiness)}\n`);
    } else if (path === '/metrics')
      answer(response, 200, PROMETHEUS_CONTENT_TYPE, toPrometheus(await source.metrics()));
    else answer(response, 404, 'text/plain; charset=utf-8', 'not found\n');
  };
  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000 }, (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    respond(path, response).catch((error: unknown) => {
      answer(response, 500, 'text/plain; charset=utf-8', `${error instanceof Error ? error.message : ''}\n`);
    });
  });
  const address = await new Promise<AddressInfo>((resolve, reject) => {
    // Later ones are of single connections, which is not the end of the others.
    server.on('error', (cause) => {
      reject(
        new HybridgeError('input_output', `health endpoint: ${cause.message}`, { fault: 'caller', cause }),
      );
    });
    server.listen({ host, port }, () => {
      const bound = server.address();
      if (bound !== null && typeof bound !== 'string') resolve(bound);
    });
  });
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
