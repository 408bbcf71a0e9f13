import { readFileSync, statfsSync } from 'node:fs';
import { arch, cpus, freemem, loadavg, platform, totalmem } from 'node:os';
import type { BenchEnvironment } from '../../cost/index.ts';
import { visible } from '../outcome.ts';

/** The version of this package. */
function hybridgeVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}

/** The machine and the software of this process, now. */
export function benchEnvironment(): BenchEnvironment {
  const [first] = cpus();
  const { bsize, blocks, bavail } = statfsSync('.');
  const [minute = 0, five = 0, fifteen = 0] = loadavg();
  return {
    date: new Date().toISOString(),
    hybridge: hybridgeVersion(),
    node: process.versions.node,
    openssl: process.versions.openssl,
    v8: process.versions.v8,
    platform: `${platform()}-${arch()}`,
    cpu: visible(first?.model.trim() ?? '').slice(0, 200) || 'unknown',
    cores: Math.max(1, cpus().length),
    // Virtual machines and many boards say 0.
    ...(first === undefined || first.speed === 0 ? {} : { megahertz: first.speed }),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    diskBytes: blocks * bsize,
    freeDiskBytes: bavail * bsize,
    load: [minute, five, fifteen],
  };
}
