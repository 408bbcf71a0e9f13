import { createMLDSA65, createMLKEM768 } from '@oqs/liboqs-js';
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { createMlKem768 } from 'mlkem';
import { exportKey } from 'hybridge';
import { decapsulate, encapsulate, generateKeyPair } from 'hybridge/kem';
import { createNobleProvider } from 'hybridge/providers/noble';
import { generateKeyPair as generateSigningKeyPair, sign, verify } from 'hybridge/sign';
import type { Pair } from '../compare.ts';

/** The portable provider, as browsers and older Node lines get it, against the libraries of the field. */
export async function portablePairs(): Promise<readonly Pair[]> {
  const provider = createNobleProvider();
  const message = new Uint8Array(1024).fill(7);

  const kem = await generateKeyPair(provider, 'ML-KEM-768');
  const { ciphertext } = await encapsulate(provider, kem.publicKey);
  const rawPublic = await exportKey(kem.publicKey, { format: 'raw' });
  const noble = ml_kem768.keygen();
  const nobleSealed = ml_kem768.encapsulate(noble.publicKey);
  const mlkem = await createMlKem768();
  const [mlkemPublic, mlkemPrivate] = mlkem.generateKeyPair();
  const [mlkemCiphertext] = mlkem.encap(mlkemPublic);
  const oqsKem = await createMLKEM768();
  const oqsKeys = oqsKem.generateKeyPair();
  const oqsSealed = oqsKem.encapsulate(oqsKeys.publicKey);

  const signer = await generateSigningKeyPair(provider, 'ML-DSA-65');
  const signature = await sign(provider, signer.privateKey, message);
  const nobleSigner = ml_dsa65.keygen();
  const nobleSignature = ml_dsa65.sign(message, nobleSigner.secretKey);
  const oqsSig = await createMLDSA65();
  const oqsSigner = oqsSig.generateKeyPair();
  const oqsSignature = oqsSig.sign(message, oqsSigner.secretKey);

  const ours = 'hybridge portable';
  const encapsulateWork = (): unknown => encapsulate(provider, kem.publicKey);
  const decapsulateWork = (): unknown => decapsulate(provider, kem.privateKey, ciphertext);
  const signWork = (): unknown => sign(provider, signer.privateKey, message);
  const verifyWork = (): unknown => verify(provider, signer.publicKey, message, signature);
  return [
    {
      name: 'portable/ml-kem-768/encapsulate/noble',
      subject: { label: ours, work: encapsulateWork },
      baseline: { label: 'noble', work: () => ml_kem768.encapsulate(rawPublic) },
    },
    {
      name: 'portable/ml-kem-768/encapsulate/mlkem',
      subject: { label: ours, work: encapsulateWork },
      baseline: { label: 'mlkem', work: () => mlkem.encap(rawPublic) },
    },
    {
      name: 'portable/ml-kem-768/encapsulate/liboqs',
      subject: { label: ours, work: encapsulateWork },
      baseline: { label: 'liboqs (WebAssembly)', work: () => oqsKem.encapsulate(rawPublic) },
    },
    {
      name: 'portable/ml-kem-768/decapsulate/noble',
      subject: { label: ours, work: decapsulateWork },
      baseline: {
        label: 'noble',
        work: () => ml_kem768.decapsulate(nobleSealed.cipherText, noble.secretKey),
      },
    },
    {
      name: 'portable/ml-kem-768/decapsulate/mlkem',
      subject: { label: ours, work: decapsulateWork },
      baseline: { label: 'mlkem', work: () => mlkem.decap(mlkemCiphertext, mlkemPrivate) },
    },
    {
      name: 'portable/ml-kem-768/decapsulate/liboqs',
      subject: { label: ours, work: decapsulateWork },
      baseline: {
        label: 'liboqs (WebAssembly)',
        work: () => oqsKem.decapsulate(oqsSealed.ciphertext, oqsKeys.secretKey),
      },
    },
    {
      name: 'portable/ml-dsa-65/sign/noble',
      subject: { label: ours, work: signWork },
      baseline: { label: 'noble', work: () => ml_dsa65.sign(message, nobleSigner.secretKey) },
      statistic: 'mean',
    },
    {
      name: 'portable/ml-dsa-65/sign/liboqs',
      subject: { label: ours, work: signWork },
      baseline: { label: 'liboqs (WebAssembly)', work: () => oqsSig.sign(message, oqsSigner.secretKey) },
      statistic: 'mean',
    },
    {
      name: 'portable/ml-dsa-65/verify/noble',
      subject: { label: ours, work: verifyWork },
      baseline: {
        label: 'noble',
        work: () => ml_dsa65.verify(nobleSignature, message, nobleSigner.publicKey),
      },
    },
    {
      name: 'portable/ml-dsa-65/verify/liboqs',
      subject: { label: ours, work: verifyWork },
      baseline: {
        label: 'liboqs (WebAssembly)',
        work: () => oqsSig.verify(message, oqsSignature, oqsSigner.publicKey),
      },
    },
  ];
}
