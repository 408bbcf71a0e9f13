import { cpus, totalmem } from 'node:os';

/** Where the numbers come from; printed with every result. */
export interface Environment {
  readonly node: string;
  readonly openssl: string;
  readonly v8: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly date: string;
}

/** The machine and runtime of this process. */
export function environment(): Environment {
  return {
    node: process.version,
    openssl: process.versions.openssl,
    v8: process.versions.v8,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    date: new Date().toISOString(),
  };
}
