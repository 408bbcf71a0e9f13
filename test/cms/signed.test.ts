/** SignedData of our own: rules, verdicts, attacks, streams. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { concat, equal, HybridgeError, utf8 } from '../../src/bytes/index.ts';
import { issueCertificate, signatureIdentifier } from '../../src/certificates/index.ts';
import {
  addUnsignedAttribute,
  type Attribute,
  ATTRIBUTE,
  CONTENT_TYPE,
  countersignMessage,
  type MessageSigner,
  signDetached,
  signMessage,
  verifyMessage,
  type VerifyMessageOptions,
} from '../../src/cms/index.ts';
import { encodeAttributes } from '../../src/cms/attribute.ts';
import { digestIdentifier } from '../../src/cms/signed-digest.ts';
import { encodeIdentifier, identifierOf } from '../../src/cms/signer-info.ts';
import { der, encodePem } from '../../src/encoding/index.ts';
import { namedPolicy } from '../../src/policy/index.ts';
import type { Provider } from '../../src/provider/index.ts';
import type { HashName, SignatureName } from '../../src/registry/index.ts';
import { generateKeyPair, sign } from '../../src/sign/index.ts';
import { peakAbove, pieces } from '../sign/memory.ts';
import { report } from '../support/tally.ts';
import { collect, cut, type Identity, identityOf, makeIdentity, provider } from './support.ts';

const content = utf8('the content of a message');

async function signerOf(name: SignatureName, more: Partial<MessageSigner> = {}): Promise<MessageSigner> {
  const { key, certificate } = await identityOf(name);
  return { key, certificate, ...more };
}

async function messageBy(signers: readonly MessageSigner[], contentType?: string): Promise<Uint8Array> {
  return collect(signMessage(provider, { signers, contentType }, content));
}

const verdictOf = (message: Uint8Array, options?: VerifyMessageOptions) =>
  verifyMessage(provider, message, options);

describe('several signers', () => {
  it('must all hold', async () => {
    const message = await messageBy([await signerOf('Ed25519'), await signerOf('ML-DSA-65')]);
    expect(await verdictOf(message)).toMatchObject({ valid: true, basis: 'all', content });
    const postQuantum = (await verdictOf(message)).signers.findIndex(
      (signer) => signer.status === 'valid' && signer.algorithm.name === 'ML-DSA-65',
    );
    const signature = (await verdictOf(message)).signers[postQuantum]?.signature ?? new Uint8Array();
    const broken = message.slice();
    const place = indexOf(broken, signature);
    broken[place] = (broken[place] ?? 0) ^ 1;
    const verdict = await verdictOf(broken);
    expect(verdict).toMatchObject({ valid: false, reason: 'signer-invalid' });
    expect(verdict).not.toHaveProperty('content');
    expect(verdict.signers.map(({ status }) => status).sort()).toEqual(['invalid', 'valid']);
    expect(await verdictOf(broken, { require: { atLeast: 1 } })).toMatchObject({
      valid: true,
      basis: 'some',
    });
    expect(await verdictOf(broken, { require: { atLeast: 2 } })).toMatchObject({ reason: 'too-few-signers' });
    expect(await verdictOf(broken, { require: { atLeast: 0 } })).toMatchObject({ valid: true });
  });

  it('a post-quantum one can be demanded, since it could have been taken off', async () => {
    const classical = await messageBy([await signerOf('Ed25519')]);
    const require = 'all-with-post-quantum';
    expect(await verdictOf(classical)).toMatchObject({ valid: true });
    expect(await verdictOf(classical, { require })).toMatchObject({
      valid: false,
      reason: 'post-quantum-missing',
    });
    const transition = { accept: 'classical', until: new Date('2030-01-01') } as const;
    const before = new Date('2029-12-31');
    const after = new Date('2030-01-01');
    expect(await verdictOf(classical, { require, transition, at: before })).toMatchObject({
      basis: 'transition',
    });
    expect(await verdictOf(classical, { require, transition, at: after })).toMatchObject({ valid: false });
    const composite = await messageBy([await signerOf('MLDSA65-Ed25519-SHA512')]);
    expect(await verdictOf(composite, { require })).toMatchObject({ valid: true, basis: 'all' });
  });

  it('one that this provider cannot verify is overlooked in a transition only', async () => {
    const { 'ML-DSA-65': missing, ...signature } = provider.signature;
    expect(missing).toBeDefined();
    const old: Provider = { ...provider, signature };
    const message = await messageBy([await signerOf('Ed25519'), await signerOf('ML-DSA-65')]);
    const undecided = await verifyMessage(old, message);
    expect(undecided).toMatchObject({ valid: false, reason: 'signer-undecided' });
    const transition = { accept: 'classical', until: new Date('2030-01-01') } as const;
    const at = new Date('2027-01-01');
    expect(await verifyMessage(old, message, { transition, at })).toMatchObject({
      valid: true,
      basis: 'transition',
    });
    expect(await verifyMessage(old, message, { transition, at: new Date('2031-01-01') })).toMatchObject({
      valid: false,
    });
    const alone = await messageBy([await signerOf('ML-DSA-65')]);
    expect(await verifyMessage(old, alone, { transition, at })).toMatchObject({ valid: false });
    await expect(verifyMessage(old, alone, { transition, at: new Date(NaN) })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  });

  it('nobody at all is no signer', async () => {
    const empty = der.sequence(
      der.oid(CONTENT_TYPE.signedData),
      der.explicit(
        0,
        der.sequence(der.integer(1), der.setOf(), der.sequence(der.oid(CONTENT_TYPE.data)), der.setOf()),
      ),
    );
    expect(await verdictOf(empty)).toMatchObject({ valid: false, reason: 'no-signers' });
  });
});

describe('the policy', () => {
  it('refuses a signer, and judges two kinds of signers together', async () => {
    const at = new Date('2027-01-01');
    const policy = namedPolicy('hybrid-required');
    const classical = await messageBy([await signerOf('ECDSA-P384-SHA384')]);
    expect(await verdictOf(classical, { policy, at })).toMatchObject({
      valid: false,
      signers: [{ status: 'invalid', reason: 'policy' }],
    });
    const both = await messageBy([await signerOf('ECDSA-P384-SHA384'), await signerOf('ML-DSA-87')]);
    const verdict = await verdictOf(both, { policy: namedPolicy('pq-only'), at });
    expect(verdict.signers.filter(({ status }) => status === 'valid').length).toBeGreaterThan(0);
    expect(await verdictOf(both, { policy, at, require: { atLeast: 2 } })).toMatchObject({ valid: false });
    await expect(
      signDetached(provider, { signers: [await signerOf('ECDSA-P384-SHA384')] }, content, {
        policy,
        signingTime: at,
      }),
    ).rejects.toMatchObject({ code: 'policy_refused' });
  });
});

describe('signing', () => {
  it('keeps to the digests of the standards', async () => {
    const refused: readonly (readonly [SignatureName, HashName])[] = [
      ['ML-DSA-65', 'SHA-256'],
      ['ML-DSA-87', 'SHA-384'],
      ['ML-DSA-44', 'SHA-1'],
      ['ML-DSA-44', 'SHA-224'],
      ['SLH-DSA-SHA2-192f', 'SHA-256'],
      ['MLDSA44-ECDSA-P256-SHA256', 'SHA-512'],
      ['Ed25519', 'SHA-256'],
      ['ECDSA-P256-SHA256', 'SHA-512'],
    ];
    for (const [name, digest] of refused)
      await expect(messageBy([await signerOf(name, { digest })])).rejects.toMatchObject({
        code: 'invalid_argument',
      });
    const taken: readonly (readonly [SignatureName, HashName])[] = [
      ['ML-DSA-44', 'SHA-256'],
      ['ML-DSA-44', 'SHA3-256'],
      ['ML-DSA-65', 'SHA-384'],
      ['ML-DSA-87', 'SHAKE256'],
      ['SLH-DSA-SHAKE-128f', 'SHAKE128'],
    ];
    for (const [name, digest] of taken)
      expect(await verdictOf(await messageBy([await signerOf(name, { digest })]))).toMatchObject({
        valid: true,
      });
  });

  it('refuses what could not be verified', async () => {
    const { key } = await identityOf('ML-DSA-65');
    const { certificate } = await makeIdentity('ML-DSA-65');
    await expect(messageBy([{ key, certificate }])).rejects.toThrow('for another key');
    await expect(messageBy([])).rejects.toMatchObject({ code: 'invalid_argument' });
    const own = await signerOf('ML-DSA-65');
    await expect(messageBy([{ ...own, signedAttributes: 'none' }], CONTENT_TYPE.tstInfo)).rejects.toThrow(
      'attributes',
    );
    const twice: Attribute = { type: ATTRIBUTE.signingTime, values: [der.nil()] };
    await expect(messageBy([{ ...own, signedAttributes: [twice] }])).rejects.toThrow('twice');
    const { certificate: unnamed, key: unnamedKey } = await makeIdentity('Ed25519', {
      subjectKeyIdentifier: undefined,
    });
    const byKey = { key: unnamedKey, certificate: unnamed, identifier: 'subject-key-identifier' } as const;
    await expect(messageBy([byKey])).rejects.toThrow('no subject key identifier');
  });

  it('states time, certificate and algorithms, and what the caller adds', async () => {
    const signingTime = new Date('2026-11-22T01:02:03Z');
    const added: Attribute = { type: '1.2.3.4', values: [der.integer(7)] };
    const signer = await signerOf('ML-DSA-65', { signedAttributes: [added] });
    const message = await collect(signMessage(provider, { signers: [signer] }, content, { signingTime }));
    const [verdict] = (await verdictOf(message)).signers;
    expect(verdict).toMatchObject({ status: 'valid', signingTime });
    expect(verdict?.signedAttributes?.map(({ type }) => type).sort()).toEqual(
      [
        '1.2.3.4',
        ATTRIBUTE.cmsAlgorithmProtection,
        ATTRIBUTE.contentType,
        ATTRIBUTE.messageDigest,
        ATTRIBUTE.signingCertificateV2,
        ATTRIBUTE.signingTime,
      ].sort(),
    );
    const timeless = await collect(
      signMessage(provider, { signers: [await signerOf('ML-DSA-65')] }, content, { signingTime: 'none' }),
    );
    expect((await verdictOf(timeless)).signers[0]).toMatchObject({ status: 'valid', signingTime: undefined });
  });

  it('DER for bytes, BER for pieces, the same content', async () => {
    const signers = [await signerOf('ML-DSA-44')];
    const whole = await collect(signMessage(provider, { signers }, content));
    const streamed = await collect(signMessage(provider, { signers }, cut(content, 5)));
    expect(whole[1]).toBe(0x82);
    expect(streamed[1]).toBe(0x80);
    for (const message of [whole, streamed])
      expect(await verdictOf(message)).toMatchObject({ valid: true, content });
  });
});

describe('without attributes', () => {
  const names: readonly SignatureName[] = [
    'ML-DSA-65',
    'SLH-DSA-SHA2-128f',
    'MLDSA44-Ed25519-SHA512',
    'Ed448',
    'ECDSA-P256-SHA256',
  ];

  it('the content itself is signed', async () => {
    for (const name of names) {
      const signers = [await signerOf(name, { signedAttributes: 'none' })];
      for (const source of [content, cut(content, 7)]) {
        const message = await collect(signMessage(provider, { signers }, source));
        expect(await verdictOf(message)).toMatchObject({ valid: true, content });
        expect(await verifyMessage(provider, cut(message, 100))).toMatchObject({ valid: true, content });
      }
      const detached = await signDetached(provider, { signers }, content);
      for (const detachedContent of [content, cut(content, 5)])
        expect(await verdictOf(detached, { detachedContent })).toMatchObject({
          valid: true,
          size: content.length,
        });
      expect(await verdictOf(detached, { detachedContent: content.subarray(1) })).toMatchObject({
        valid: false,
      });
    }
  });

  it('content too long to be kept is not judged; detached it is', async () => {
    const signers = [await signerOf('ML-DSA-65', { signedAttributes: 'none' })];
    const size = 18 * 1024 * 1024;
    const message = signMessage(provider, { signers }, pieces(size));
    const options = { onContent: () => undefined };
    expect(await verifyMessage(provider, message, options)).toMatchObject({
      valid: false,
      size,
      signers: [{ status: 'undecided', reason: 'content-not-kept' }],
    });
    const detached = await signDetached(provider, { signers }, pieces(size));
    expect(await verdictOf(detached, { detachedContent: pieces(size) })).toMatchObject({ valid: true });
  });

  it('content that is itself a set of attributes is refused', async () => {
    const signer = await signerOf('ML-DSA-65');
    const message = await messageBy([signer]);
    const [found] = (await verdictOf(message)).signers;
    if (found?.signedAttributes === undefined) throw new Error('no attributes');
    // The signature over the attributes is one over a message with the attributes as its content.
    const forged = assemble(signer, encodeAttributes(found.signedAttributes), {
      signature: found.signature,
      attributes: undefined,
    });
    expect(await verdictOf(forged)).toMatchObject({
      valid: false,
      signers: [{ status: 'invalid', reason: 'ambiguous-content' }],
    });
  });
});

describe('what is not signed without attributes', () => {
  it('is a set of attributes, or a digest of the caller', async () => {
    const [found] = (await verdictOf(await messageBy([await signerOf('ML-DSA-65')]))).signers;
    const attributes = encodeAttributes(found?.signedAttributes ?? []);
    const signers = [await signerOf('ML-DSA-65', { signedAttributes: 'none' })];
    for (const source of [attributes, cut(attributes, 10)])
      await expect(signDetached(provider, { signers }, source)).rejects.toThrow('a set of signed attributes');
    const withDigest = await signerOf('ML-DSA-44', { signedAttributes: 'none', digest: 'SHA-256' });
    await expect(messageBy([withDigest])).rejects.toThrow('the digest is SHA-512');
  });
});

describe('messages', () => {
  it('come as PEM too', async () => {
    const pem = encodePem('CMS', await messageBy([await signerOf('ML-DSA-44')]));
    for (const message of [pem, utf8(pem)])
      expect(await verifyMessage(provider, message)).toMatchObject({ valid: true, content });
    await expect(verifyMessage(provider, pem + pem)).rejects.toMatchObject({ code: 'invalid_encoding' });
    await expect(verifyMessage(provider, pem.replaceAll('CMS', 'CERTIFICATE'))).rejects.toThrow('0 blocks');
  });

  it('of another kind are named', async () => {
    const enveloped = der.sequence(der.oid(CONTENT_TYPE.envelopedData), der.explicit(0, der.sequence()));
    await expect(verdictOf(enveloped)).rejects.toThrow('the message is envelopedData, not signedData');
  });

  it('with a crowd of signers are refused', async () => {
    const message = await messageBy([await signerOf('Ed25519')]);
    const [signer] = (await verdictOf(message)).signers;
    if (signer === undefined) throw new Error('no signer');
    const { certificate, key } = await identityOf('Ed25519');
    const one = assemble({ certificate, key }, content, {
      signature: signer.signature,
      attributes: signer.signedAttributes,
      copies: 300,
    });
    await expect(verdictOf(one)).rejects.toMatchObject({ code: 'message_too_large' });
  });
});

interface Parts {
  readonly attributes: readonly Attribute[] | undefined;
  readonly signature: Uint8Array;
  readonly digest?: Uint8Array;
  readonly announced?: Uint8Array;
  readonly signedBytes?: Uint8Array;
  readonly contentType?: string;
  readonly copies?: number;
}

/** A message put together by hand, to say what `signMessage` would not. */
function assemble({ certificate, key }: MessageSigner, contents: Uint8Array, parts: Parts): Uint8Array {
  const {
    digest = digestIdentifier('SHA-512', key.algorithm),
    announced = digest,
    attributes,
    signature,
  } = parts;
  const signed = parts.signedBytes ?? (attributes === undefined ? undefined : encodeAttributes(attributes));
  const info = der.sequence(
    der.integer(1),
    encodeIdentifier(identifierOf(certificate, 'issuer-and-serial-number')),
    digest,
    ...(signed === undefined ? [] : [der.implicitly(0, signed)]),
    signatureIdentifier(key.algorithm),
    der.octetString(signature),
  );
  return der.sequence(
    der.oid(CONTENT_TYPE.signedData),
    der.explicit(
      0,
      der.sequence(
        der.integer(1),
        der.setOf(announced),
        der.sequence(
          der.oid(parts.contentType ?? CONTENT_TYPE.data),
          der.explicit(0, der.octetString(contents)),
        ),
        der.implicitly(0, der.setOf(certificate.bytes)),
        der.setOf(...Array.from({ length: parts.copies ?? 1 }, () => info)),
      ),
    ),
  );
}

describe('signed attributes', () => {
  const digest = provider.hash['SHA-512']?.digest(content) ?? new Uint8Array();
  const contentType: Attribute = { type: ATTRIBUTE.contentType, values: [der.oid(CONTENT_TYPE.data)] };
  const messageDigest: Attribute = { type: ATTRIBUTE.messageDigest, values: [der.octetString(digest)] };
  const protection = (digestOid: string): Attribute => ({
    type: ATTRIBUTE.cmsAlgorithmProtection,
    values: [
      der.sequence(der.sequence(der.oid(digestOid)), der.element(0xa1, der.oid('2.16.840.1.101.3.4.3.18'))),
    ],
  });
  const SHA512 = '2.16.840.1.101.3.4.2.3';

  async function verdictFor(
    attributes: readonly Attribute[],
    more: Omit<Parts, 'attributes' | 'signature'> = {},
  ): Promise<unknown> {
    const signer = await signerOf('ML-DSA-65');
    const signature = await sign(provider, signer.key, more.signedBytes ?? encodeAttributes(attributes));
    const verdict = await verdictOf(assemble(signer, content, { attributes, signature, ...more }));
    const [one] = verdict.signers;
    return one?.status === 'valid' ? 'valid' : one?.reason;
  }

  it('the two that must be there suffice', async () => {
    expect(await verdictFor([contentType, messageDigest])).toBe('valid');
    expect(await verdictFor([contentType, messageDigest, protection(SHA512)])).toBe('valid');
  });

  it('each must be right', async () => {
    const other: Attribute = {
      type: ATTRIBUTE.messageDigest,
      values: [der.octetString(digest.toReversed())],
    };
    const asTst: Attribute = { type: ATTRIBUTE.contentType, values: [der.oid(CONTENT_TYPE.tstInfo)] };
    const certificate = (...hash: Uint8Array[]): Attribute => ({
      type: ATTRIBUTE.signingCertificateV2,
      values: [der.sequence(der.sequence(der.sequence(...hash)))],
    });
    const weak = digestIdentifier('SHA-256', (await signerOf('ML-DSA-65')).key.algorithm);
    const sha256 = provider.hash['SHA-256']?.digest(content) ?? new Uint8Array();
    for (const [attributes, reason, more] of [
      [[messageDigest], 'attributes'],
      [[contentType], 'attributes'],
      [[contentType, messageDigest, messageDigest], 'attributes'],
      [
        [contentType, { ...messageDigest, values: [...messageDigest.values, der.octetString(content)] }],
        'attributes',
      ],
      [[{ ...contentType, values: [der.nil()] }, messageDigest], 'attributes'],
      [[contentType, other], 'message-digest'],
      [[asTst, messageDigest], 'content-type'],
      [[contentType, messageDigest, protection('2.16.840.1.101.3.4.2.1')], 'algorithm-protection'],
      [[contentType, messageDigest, certificate(der.octetString(sha256))], 'certificate-mismatch'],
      [[contentType, { ...messageDigest, values: [der.octetString(sha256)] }], 'digest', { digest: weak }],
      [[contentType, messageDigest], 'digest-not-announced', { announced: weak }],
      [[contentType, messageDigest], 'content-type', { contentType: CONTENT_TYPE.tstInfo }],
    ] as const)
      expect([reason, await verdictFor(attributes, more)]).toEqual([reason, reason]);
  });

  it('must be DER', async () => {
    const [first = new Uint8Array(), second = new Uint8Array()] = [contentType, messageDigest].map(
      ({ type, values }) => der.sequence(der.oid(type), der.setOf(...values)),
    );
    await expect(verdictFor([], { signedBytes: der.element(0x31, second, first) })).rejects.toThrow(
      'ascending order',
    );
    const ber = concat(Uint8Array.of(0x31, 0x80), first, second, Uint8Array.of(0, 0));
    await expect(verdictFor([], { signedBytes: ber })).rejects.toThrow('must be DER');
    await expect(verdictFor([], { signedBytes: der.setOf() })).rejects.toMatchObject({
      code: 'invalid_encoding',
    });
  });

  it('of a composite go with its own digest', async () => {
    const signer = await signerOf('MLDSA44-ECDSA-P256-SHA256');
    const attributes = [contentType, messageDigest];
    const signature = await sign(provider, signer.key, encodeAttributes(attributes));
    const verdict = await verdictOf(assemble(signer, content, { attributes, signature }));
    expect(verdict.signers[0]).toMatchObject({ status: 'invalid', reason: 'digest' });
  });
});

describe('certificates', () => {
  it('that may not sign messages do not count, and are not signed with', async () => {
    const { key, certificate } = await makeIdentity('ML-DSA-44', { keyUsage: ['keyCertSign'] });
    await expect(messageBy([{ key, certificate }])).rejects.toThrow(
      'for keyCertSign, not for signing messages',
    );
    const signature = await sign(provider, key, content);
    const verdict = await verdictOf(
      assemble({ key, certificate }, content, { signature, attributes: undefined }),
    );
    expect(verdict.signers[0]).toMatchObject({ status: 'invalid', reason: 'key-usage' });
  });

  it('are found by the caller, and stated under the signature', async () => {
    const own = await makeIdentity('Ed25519');
    const signer = { key: own.key, certificate: own.certificate };
    const detached = await signDetached(provider, { signers: [signer] }, content);
    expect(await verdictOf(detached, { detachedContent: content })).toMatchObject({
      valid: true,
      detached: true,
      certificates: [{ version: 3 }],
    });
    await expect(verdictOf(detached)).rejects.toMatchObject({ code: 'invalid_argument' });
    const attached = await messageBy([signer]);
    await expect(verdictOf(attached, { detachedContent: content })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
  });
});

describe('trust', () => {
  const at = new Date('2027-01-01');

  it('is asked in the same call', async () => {
    const message = await messageBy([await signerOf('ML-DSA-65'), await signerOf('Ed25519')]);
    const anchors = [(await identityOf('ML-DSA-65')).certificate, (await identityOf('Ed25519')).certificate];
    const verdict = await verdictOf(message, { trust: { anchors }, at });
    expect(verdict).toMatchObject({ valid: true, content });
    expect(verdict.signers.map(({ path }) => path?.valid)).toEqual([true, true]);
    const half = await verdictOf(message, { trust: { anchors: anchors.slice(1) }, at });
    expect(half).toMatchObject({ valid: false, reason: 'signer-invalid' });
    expect(half).not.toHaveProperty('content');
    expect(
      half.signers.map((signer) => (signer.status === 'invalid' ? signer.reason : signer.status)).sort(),
    ).toEqual(['untrusted', 'valid']);
    const late = await verdictOf(message, { trust: { anchors }, at: new Date('2040-01-01') });
    expect(late.signers.map(({ path }) => path?.valid)).toEqual([false, false]);
  });

  it('covers a chain in the message, and countersigners', async () => {
    const root = await makeIdentity('ML-DSA-44');
    const { privateKey: key } = await generateKeyPair(provider, 'MLDSA44-Ed25519-SHA512');
    const certificate = await issueCertificate(provider, {
      issuer: { key: root.key, certificate: root.certificate },
      publicKey: key.publicKey,
      subject: 'CN=leaf',
      profile: 'code-signing',
      validity: { notBefore: new Date('2026-06-01'), days: 365 },
    });
    const message = await countersignMessage(
      provider,
      await messageBy([{ key, certificate }]),
      await signerOf('Ed25519'),
    );
    const trust = { anchors: [root.certificate], use: 'code-signing' } as const;
    const verdict = await verdictOf(message, { trust, at });
    expect(verdict).toMatchObject({ valid: true });
    expect(verdict.signers[0]?.countersignatures).toMatchObject([{ status: 'invalid', reason: 'untrusted' }]);
    expect(await verdictOf(message, { trust: { ...trust, use: 'time-stamping' }, at })).toMatchObject({
      valid: false,
    });
  });
});

describe('countersignatures', () => {
  it('are made and verified, also over each other', async () => {
    const message = await messageBy([await signerOf('Ed25519'), await signerOf('ML-DSA-65')]);
    const first = await countersignMessage(provider, message, await signerOf('ECDSA-P256-SHA256'), {
      index: 1,
    });
    const second = await countersignMessage(
      provider,
      first,
      await signerOf('SLH-DSA-SHA2-128f', { signedAttributes: 'none' }),
      { index: 1 },
    );
    const verdict = await verdictOf(second);
    expect(verdict).toMatchObject({ valid: true, content });
    const counted = verdict.signers.flatMap(({ countersignatures }) => countersignatures);
    expect(counted.map(({ status }) => status)).toEqual(['valid', 'valid']);
    expect(verdict.certificates).toHaveLength(4);
    await expect(
      countersignMessage(provider, message, await signerOf('Ed25519'), { index: 2 }),
    ).rejects.toThrow('none at 2');
  });

  it('of something else do not hold, and say so', async () => {
    const one = await messageBy([await signerOf('Ed25519')]);
    const other = await countersignMessage(
      provider,
      await messageBy([await signerOf('ML-DSA-65')]),
      await signerOf('Ed25519'),
    );
    const [signer] = (await verdictOf(other)).signers;
    const attribute = signer?.unsignedAttributes.find(({ type }) => type === ATTRIBUTE.countersignature);
    if (attribute === undefined) throw new Error('no countersignature');
    const verdict = await verdictOf(await addUnsignedAttribute(one, attribute));
    expect(verdict).toMatchObject({ valid: true });
    expect(verdict.signers[0]?.countersignatures).toMatchObject([
      { status: 'invalid', reason: 'message-digest' },
    ]);
  });

  it('keep to a streamed message', async () => {
    const signers = [await signerOf('ML-DSA-44')];
    const streamed = await collect(signMessage(provider, { signers }, cut(content, 3)));
    const signed = await countersignMessage(provider, streamed, await signerOf('Ed25519'));
    const verdict = await verdictOf(signed);
    expect(verdict).toMatchObject({ valid: true, content });
    expect(verdict.signers[0]?.countersignatures).toMatchObject([{ status: 'valid' }]);
  });
});

describe('streams', () => {
  it('pass through in bounded memory', async () => {
    const size = 128 * 1024 * 1024;
    const signers = [await signerOf('ML-DSA-65'), await signerOf('Ed25519')];
    let seen = 0;
    const { result, peak } = await peakAbove((onProgress) =>
      verifyMessage(provider, signMessage(provider, { signers }, pieces(size), { onProgress }), {
        onContent: (piece) => {
          seen += piece.length;
        },
      }),
    );
    expect(result).toMatchObject({ valid: true, size });
    expect(seen).toBe(size);
    expect(peak).toBeLessThan(64 * 1024 * 1024);
  }, 60_000);

  it('that are too long to be collected are refused, with the way out', async () => {
    const message = signMessage(provider, { signers: [await signerOf('Ed25519')] }, pieces(2_000_000));
    await expect(verifyMessage(provider, message, { maxContent: 1_000_000 })).rejects.toMatchObject({
      code: 'message_too_large',
      hint: expect.stringContaining('onContent') as unknown,
    });
  });

  it('end when the caller or the source ends them', async () => {
    const { signal, abort } = aborting();
    let released = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield new Uint8Array(1000);
          abort();
        }
      } finally {
        released = true;
      }
    }
    const signers = [await signerOf('Ed25519')];
    await expect(signDetached(provider, { signers }, source(), { signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(released).toBe(true);
    const message = await messageBy(signers);
    const error = new Error('disk full');
    await expect(
      verifyMessage(provider, message, {
        onContent: () => {
          throw error;
        },
      }),
    ).rejects.toBe(error);
  });
});

function aborting(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

describe('changed messages', () => {
  it('do not verify, whichever byte of content, attributes or signature was changed', async () => {
    const signers = [await signerOf('ML-DSA-44'), await signerOf('Ed25519')];
    const message = await messageBy(signers);
    const original = await verdictOf(message);
    expect(original).toMatchObject({ valid: true });
    const parts = original.signers.flatMap(({ signature, signedAttributes = [] }) => [
      signature,
      encodeAttributes(signedAttributes).subarray(1),
    ]);
    let changes = 0;
    for (const part of [content, ...parts]) {
      const place = indexOf(message, part);
      for (let at = place; at < place + part.length; at++) {
        const changed = message.slice();
        changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
        const verdict = await verdictOf(changed).catch((error: unknown) => error);
        if (!(verdict instanceof HybridgeError)) expect(verdict).toMatchObject({ valid: false });
        changes++;
      }
    }
    report(`SignedData: ${String(changes)} signed bytes changed one by one, none verified`);
  });

  it('never verify with other content, attributes or signer than were signed', async () => {
    const own: readonly Identity[] = [await identityOf('ML-DSA-44'), await identityOf('Ed25519')];
    const signers = own.map(({ key, certificate }) => ({ key, certificate }));
    for (const source of [content, [content]]) {
      const message = await countersignMessage(
        provider,
        await collect(signMessage(provider, { signers }, source)),
        await signerOf('Ed25519'),
      );
      const original = await verdictOf(message);
      const attributes = original.signers.map(({ signedAttributes = [] }) =>
        encodeAttributes(signedAttributes),
      );
      let refused = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.nat(message.length - 1),
          fc.integer({ min: 1, max: 255 }),
          fc.constantFrom('change', 'cut', 'drop', 'repeat'),
          async (index, difference, how) => {
            const changed = change(message, index, difference, how);
            try {
              const verdict = await verdictOf(changed);
              if (!verdict.valid) {
                refused++;
                return;
              }
              expect(verdict.content).toEqual(content);
              expect(verdict.signers.every(({ status }) => status === 'valid')).toBe(true);
              for (const { signedAttributes = [] } of verdict.signers)
                expect(attributes.some((one) => equal(one, encodeAttributes(signedAttributes)))).toBe(true);
            } catch (error) {
              if (!(error instanceof HybridgeError)) throw error;
              refused++;
            }
          },
        ),
        { numRuns: 1500 },
      );
      expect(refused).toBeGreaterThan(1000);
    }
  }, 60_000);
});

function change(message: Uint8Array, index: number, difference: number, how: string): Uint8Array {
  switch (how) {
    case 'cut':
      return message.slice(0, index);
    case 'drop':
      return concat(message.subarray(0, index), message.subarray(index + 1));
    case 'repeat':
      return concat(message.subarray(0, index + 1), message.subarray(index));
    default: {
      const changed = message.slice();
      changed[index] = (changed[index] ?? 0) ^ difference;
      return changed;
    }
  }
}

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = 0; at <= bytes.length - part.length; at++)
    if (equal(bytes.subarray(at, at + part.length), part)) return at;
  throw new Error('not found');
}

it('a source may use one Buffer for all its pieces', async () => {
  const message = await messageBy([await signerOf('Ed25519')]);
  function* reusing(): Generator<Uint8Array> {
    const buffer = Buffer.alloc(7);
    for (let at = 0; at < message.length; at += buffer.length)
      yield buffer.subarray(0, Buffer.from(message).copy(buffer, 0, at));
  }
  expect(await verifyMessage(provider, reusing())).toMatchObject({ valid: true, content });
});
