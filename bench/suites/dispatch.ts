import * as node from 'node:crypto';
import { decapsulate, encapsulate, generateKeyPair, sign, verify } from 'hybridge';
import type { Pair } from '../compare.ts';

/**
 * What a call through the public API costs over `node:crypto` itself, keys held on both sides. The target is 0.9 of
 * the raw rate: the rest pays for a promise, the key's handle and the checks.
 */
export async function dispatchPairs(): Promise<readonly Pair[]> {
  const target = 0.9;
  const message = node.randomBytes(1024);

  const kem = await generateKeyPair('ML-KEM-768');
  const kemSealed = await encapsulate(kem.publicKey);
  const rawKem = node.generateKeyPairSync('ml-kem-768');
  const rawSealed = node.encapsulate(rawKem.publicKey);

  const mlDsa = await generateKeyPair('ML-DSA-65');
  const mlDsaSignature = await sign(mlDsa.privateKey, message);
  const rawMlDsa = node.generateKeyPairSync('ml-dsa-65');
  const rawMlDsaSignature = node.sign(null, message, rawMlDsa.privateKey);

  const x25519 = await generateKeyPair('X25519');
  const x25519Sealed = await encapsulate(x25519.publicKey);
  const rawX25519 = node.generateKeyPairSync('x25519');
  const rawX25519Peer = node.generateKeyPairSync('x25519').publicKey.export({ format: 'raw-public' });

  const p256 = await generateKeyPair('P-256');
  const p256Sealed = await encapsulate(p256.publicKey);
  const rawP256 = node.createECDH('prime256v1');
  rawP256.generateKeys();
  const rawP256Peer = node.createECDH('prime256v1').generateKeys();

  const ecdsa = await generateKeyPair('ECDSA-P256-SHA256');
  const ecdsaSignature = await sign(ecdsa.privateKey, message);
  const rawEcdsa = node.generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const rawEcdsaSignature = node.sign('sha256', message, rawEcdsa.privateKey);

  const raw = 'node:crypto';
  const ours = 'hybridge';
  return [
    {
      name: 'dispatch/ml-kem-768/encapsulate',
      subject: { label: ours, work: () => encapsulate(kem.publicKey) },
      baseline: { label: raw, work: () => node.encapsulate(rawKem.publicKey) },
      target,
    },
    {
      name: 'dispatch/ml-kem-768/decapsulate',
      subject: { label: ours, work: () => decapsulate(kem.privateKey, kemSealed.ciphertext) },
      baseline: { label: raw, work: () => node.decapsulate(rawKem.privateKey, rawSealed.ciphertext) },
      target,
    },
    {
      name: 'dispatch/ml-dsa-65/sign',
      subject: { label: ours, work: () => sign(mlDsa.privateKey, message) },
      baseline: { label: raw, work: () => node.sign(null, message, rawMlDsa.privateKey) },
      target,
      statistic: 'mean',
    },
    {
      name: 'dispatch/ml-dsa-65/verify',
      subject: { label: ours, work: () => verify(mlDsa.publicKey, message, mlDsaSignature) },
      baseline: { label: raw, work: () => node.verify(null, message, rawMlDsa.publicKey, rawMlDsaSignature) },
      target,
    },
    {
      // The other side's key arrives as bytes with every message, so importing it belongs to the operation.
      name: 'dispatch/x25519/agree',
      subject: { label: ours, work: () => decapsulate(x25519.privateKey, x25519Sealed.ciphertext) },
      baseline: {
        label: raw,
        work: () =>
          node.diffieHellman({
            privateKey: rawX25519.privateKey,
            publicKey: node.createPublicKey({
              key: rawX25519Peer,
              format: 'raw-public',
              asymmetricKeyType: 'x25519',
            }),
          }),
      },
      target,
    },
    {
      name: 'dispatch/p-256/agree',
      subject: { label: ours, work: () => decapsulate(p256.privateKey, p256Sealed.ciphertext) },
      baseline: { label: `${raw} ECDH`, work: () => rawP256.computeSecret(rawP256Peer) },
      target,
    },
    {
      name: 'dispatch/p-256/sign',
      subject: { label: ours, work: () => sign(ecdsa.privateKey, message) },
      baseline: { label: raw, work: () => node.sign('sha256', message, rawEcdsa.privateKey) },
      target,
    },
    {
      name: 'dispatch/p-256/verify',
      subject: { label: ours, work: () => verify(ecdsa.publicKey, message, ecdsaSignature) },
      baseline: {
        label: raw,
        work: () => node.verify('sha256', message, rawEcdsa.publicKey, rawEcdsaSignature),
      },
      target,
    },
  ];
}
