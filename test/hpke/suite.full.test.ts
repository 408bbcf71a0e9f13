import { AEAD_NAMES, KDF_NAMES } from '../../src/registry/index.ts';
import { HPKE_KEMS, hpkeRoundTrips } from './round-trips.ts';

hpkeRoundTrips(
  HPKE_KEMS.flatMap((kem) =>
    KDF_NAMES.flatMap((kdf) => ([...AEAD_NAMES, 'export-only'] as const).map((aead) => ({ kem, kdf, aead }))),
  ),
);
