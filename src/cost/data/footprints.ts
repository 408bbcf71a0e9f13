/** Flash of whole TLS 1.3 clients. */
import type { Footprint } from './types.ts';

/** wolfNanoTLS compares clients by `.text`, gcc 14.2 -Os -flto. */
function nano(stack: string, client: string, flashBytes: number): Footprint {
  return { stack, client, core: 'cortex-m33', flashBytes, status: 'quoted', source: 'nanotls' };
}

/** KrabiTLS prints kilobytes. */
function krabi(client: string, kilobytes: number, stackBytes: number): Footprint {
  return {
    stack: 'KrabiTLS',
    client,
    core: 'cortex-m3',
    flashBytes: Math.round(kilobytes * 1024),
    stackBytes,
    status: 'quoted',
    source: 'krabitls',
  };
}

export const FOOTPRINTS: readonly Footprint[] = [
  nano('wolfNanoTLS', 'PSK+X25519', 18_680),
  nano('wolfNanoTLS', 'PSK+P-256', 26_604),
  nano('wolfNanoTLS', 'PSK+X25519MLKEM768', 34_436),
  nano('wolfNanoTLS', 'cert P-256 minimal private PKI', 36_440),
  nano('wolfNanoTLS', 'cert P-256', 54_280),
  nano('wolfNanoTLS', 'cert + ML-DSA-44 auth', 69_071),
  nano('wolfNanoTLS', 'cert + X25519MLKEM768', 76_052),
  nano('mbedTLS 4.1.0', 'PSK+X25519', 36_512),
  nano('mbedTLS 4.1.0', 'cert P-256', 70_832),
  nano('wolfSSL', 'cert P-256', 151_829),
  krabi('X25519/Ed25519 AES-GCM', 41.8, 16_444),
  krabi('X25519MLKEM768/ML-DSA-44 AES-GCM', 60.6, 117_252),
];
