import { createHash } from 'node:crypto';
import { defaultProvider } from 'hybridge';
import { createCrl, issueSelfSigned, parseCrl, type Revocation } from 'hybridge/certificates';
import { generateKeyPair } from 'hybridge/sign';
import { CertificateRevocationList } from 'pkijs';
import type { Pair } from '../compare.ts';

/** A serial number of 16 octets, spread as random ones are. */
function serialNumber(index: number): Uint8Array {
  const serial = new Uint8Array(16);
  const view = new DataView(serial.buffer);
  view.setUint32(0, 0x40000000 | (Math.imul(index, 2654435761) >>> 4));
  view.setUint32(12, index);
  return serial;
}

function* revoked(count: number): Generator<Revocation> {
  for (let index = 0; index < count; index++)
    yield {
      serialNumber: serialNumber(index),
      revocationDate: new Date(Date.UTC(2027, 0, 1 + (index % 28))),
      ...(index % 2 === 0 ? {} : { reason: 'superseded' }),
    };
}

/**
 * Reading revocation lists, against PKI.js, which reads lists of some thousand entries at most; and looking certificates
 * up in them, against a Map that somebody would have to make first.
 */
export async function crlPairs(): Promise<readonly Pair[]> {
  const provider = defaultProvider();
  const { privateKey: key } = await generateKeyPair(provider, 'ML-DSA-44');
  const certificate = await issueSelfSigned(provider, {
    key,
    subject: 'CN=Authority',
    profile: 'ca',
    validity: { notBefore: new Date('2027-01-01') },
  });
  const list = (count: number): ReturnType<typeof createCrl> =>
    createCrl(provider, {
      issuer: { certificate, key },
      thisUpdate: new Date('2027-02-01'),
      nextUpdate: new Date('2027-02-08'),
      number: 1n,
      revoked: revoked(count),
    });
  const small = (await list(1000)).bytes;
  const large = (await list(100_000)).bytes;
  const ours = parseCrl(large);
  const wanted = serialNumber(77_777);
  const hex = (serial: Uint8Array): string => Buffer.from(serial).toString('hex');
  const map = new Map([...ours.revoked()].map((one) => [hex(one.serialNumber), one]));
  return [
    {
      name: 'crl/parse-1000',
      subject: { label: 'hybridge', work: () => parseCrl(small) },
      baseline: { label: 'PKI.js', work: () => CertificateRevocationList.fromBER(Uint8Array.from(small)) },
    },
    {
      name: 'crl/parse-100000',
      subject: { label: 'hybridge', work: () => parseCrl(large) },
      baseline: { label: 'SHA-256 of the list', work: () => createHash('sha256').update(large).digest() },
    },
    {
      name: 'crl/lookup-100000',
      subject: { label: 'hybridge', work: () => ours.find(wanted) },
      baseline: { label: 'a Map made before', work: () => map.get(hex(wanted)) },
    },
  ];
}
