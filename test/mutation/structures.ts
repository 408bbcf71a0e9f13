/** Genuine structures, and what is done with a broken copy of each. */
import { equal } from '../../src/bytes/index.ts';
import {
  type Certificate,
  createCrl,
  createOcspRequest,
  createOcspResponse,
  createRequest,
  issueCertificate,
  issueSelfSigned,
  lintCertificate,
  parseCertificate,
  parseCrl,
  parseOcspRequest,
  parseOcspResponse,
  parseRequest,
  type Signed,
  verifyCrl,
  verifyOcspResponse,
  verifyRequest,
  verifySigned,
} from '../../src/certificates/index.ts';
import {
  decryptToBytes,
  encryptMessage,
  signDetached,
  signMessage,
  verifyMessage,
} from '../../src/cms/index.ts';
import { defaultProvider } from '../../src/default/index.ts';
import { generateKeyPair as generateKemKeyPair } from '../../src/kem/index.ts';
import type { SignatureName } from '../../src/registry/index.ts';
import { generateKeyPair } from '../../src/sign/index.ts';

const provider = defaultProvider();
const at = new Date('2027-02-01T08:00:00Z');
const validity = { notBefore: new Date('2027-01-01T00:00:00Z') };

/** What became of a broken structure that could be read. */
export type Outcome = 'held' | 'refused';

/** A kind of structure under one signature algorithm. */
export interface Subject {
  readonly name: string;
  readonly genuine: Uint8Array;
  /**
   * Reads a broken copy and verifies it. `held` is returned where the signature holds although bytes were changed that
   * are none of the signer's: it throws an Error when a signed byte was changed.
   */
  readonly judge: (broken: Uint8Array) => Promise<Outcome>;
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece.slice());
  return Uint8Array.from(Buffer.concat(all));
}

/** `held` is only allowed when what was signed is what had been signed. */
function onlyUnsigned(holds: boolean, found: Uint8Array, genuine: Uint8Array): Outcome {
  if (!holds) return 'refused';
  if (equal(found, genuine)) return 'held';
  throw new Error('a signature holds over changed bytes');
}

function tbsOutcome(holds: boolean, found: Signed, genuine: Signed): Outcome {
  return onlyUnsigned(holds, found.tbs, genuine.tbs);
}

/** Everything that a CA and its customers make, under one signature algorithm. */
export async function subjectsOf(algorithm: SignatureName): Promise<readonly Subject[]> {
  const { privateKey: key } = await generateKeyPair(provider, algorithm);
  const root = await issueSelfSigned(provider, {
    key,
    subject: 'CN=Hospital root,O=Hospital,C=CH',
    profile: 'ca',
    pathLength: 1,
    validity,
  });
  const issuer = { certificate: root, key };
  const request = await createRequest(provider, {
    key,
    subject: 'CN=pump.example,O=Hospital',
    challengePassword: 'horse',
    extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.example' }] },
  });
  const leaf = await issueCertificate(provider, {
    issuer,
    request,
    profile: 'tls-server',
    validity: { ...validity, days: 90 },
    extensions: {
      crlDistributionPoints: [{ name: { fullName: [{ kind: 'uri', uri: 'http://ca.example/ca.crl' }] } }],
      certificatePolicies: [{ policy: '1.2.3.4', qualifiers: [] }],
      authorityInfoAccess: [
        { method: '1.3.6.1.5.5.7.48.1', location: { kind: 'uri', uri: 'http://ocsp.example' } },
      ],
      nameConstraints: undefined,
    },
  });
  const crl = await createCrl(provider, {
    issuer,
    thisUpdate: at,
    nextUpdate: new Date('2027-03-01T08:00:00Z'),
    number: 7n,
    revoked: [
      { serialNumber: leaf.serialNumber, revocationDate: at, reason: 'keyCompromise' },
      { serialNumber: Uint8Array.of(9), revocationDate: at },
    ],
  });
  const asked = await createOcspRequest(provider, { about: [{ certificate: leaf, issuer: root }] });
  const answered = await createOcspResponse(provider, {
    responder: issuer,
    producedAt: at,
    nonce: asked.nonce,
    answers: asked.questions.map(({ id }) => ({ id, status: { kind: 'good' }, thisUpdate: at })),
  });
  return [
    certificateSubject(algorithm, 'leaf', leaf, root),
    certificateSubject(algorithm, 'root', root, root),
    {
      name: `${algorithm} request`,
      genuine: request.bytes,
      judge: async (broken) => {
        const read = parseRequest(broken);
        return tbsOutcome(await verifyRequest(provider, read), read, request);
      },
    },
    {
      name: `${algorithm} CRL`,
      genuine: crl.bytes,
      judge: async (broken) => {
        const read = parseCrl(broken, { strict: false });
        for (const entry of read.revoked()) if (entry.serialNumber.length > 1000) throw new Error('a serial');
        return tbsOutcome(await verifyCrl(provider, read, root), read, crl);
      },
    },
    {
      name: `${algorithm} OCSP request`,
      genuine: asked.bytes,
      judge: (broken) =>
        Promise.resolve().then(() => {
          parseOcspRequest(broken);
          return 'refused';
        }),
    },
    {
      name: `${algorithm} OCSP response`,
      genuine: answered.bytes,
      judge: async (broken) => {
        const read = parseOcspResponse(broken);
        const { status } = await verifyOcspResponse(provider, read, { certificate: leaf, issuer: root, at });
        if (read.status !== 'successful' || status !== 'good') return 'refused';
        return tbsOutcome(true, read, answered);
      },
    },
  ];
}

function certificateSubject(
  algorithm: SignatureName,
  what: string,
  certificate: Certificate,
  issuer: Certificate,
): Subject {
  return {
    name: `${algorithm} ${what}`,
    genuine: certificate.bytes,
    judge: async (broken) => {
      const read = parseCertificate(broken, { strict: false });
      lintCertificate(read);
      return tbsOutcome(await verifySigned(provider, read, issuer), read, certificate);
    },
  };
}

/** Signed messages of one algorithm, attached and detached. */
export async function messagesOf(algorithm: SignatureName): Promise<readonly Subject[]> {
  const { privateKey: key } = await generateKeyPair(provider, algorithm);
  const certificate = await issueSelfSigned(provider, {
    key,
    subject: 'CN=maker',
    profile: 'code-signing',
    validity,
  });
  const content = new TextEncoder().encode('infusion pump, firmware 4.2.0, '.repeat(8));
  const request = { signers: [{ key, certificate }] };
  const options = { signingTime: at };
  const judgeWith =
    (detachedContent: Uint8Array | undefined) =>
    async (broken: Uint8Array): Promise<Outcome> => {
      const verdict = await verifyMessage(provider, broken, {
        detachedContent,
        certificates: [certificate],
        at,
      });
      return verdict.valid ? onlyUnsigned(true, verdict.content ?? content, content) : 'refused';
    };
  const pieces = [content.subarray(0, 100), content.subarray(100)];
  return [
    {
      name: `${algorithm} SignedData, DER`,
      genuine: await collect(signMessage(provider, request, content, options)),
      judge: judgeWith(undefined),
    },
    {
      name: `${algorithm} SignedData, BER`,
      genuine: await collect(signMessage(provider, request, pieces, options)),
      judge: judgeWith(undefined),
    },
    {
      name: `${algorithm} SignedData, detached`,
      genuine: await signDetached(provider, request, content, options),
      judge: judgeWith(content),
    },
  ];
}

/** Encrypted messages to one key. */
export async function encryptedMessages(): Promise<readonly Subject[]> {
  const { publicKey, privateKey } = await generateKemKeyPair(provider, 'ML-KEM-512');
  const content = new TextEncoder().encode('dose table 7, '.repeat(16));
  const judge = async (broken: Uint8Array): Promise<Outcome> =>
    onlyUnsigned(true, await decryptToBytes(provider, [{ privateKey }], broken), content);
  return [
    {
      name: 'AuthEnvelopedData, DER',
      genuine: await collect(encryptMessage(provider, { recipients: [{ publicKey }] }, content)),
      judge,
    },
    {
      name: 'AuthEnvelopedData, BER',
      genuine: await collect(
        encryptMessage(provider, { recipients: [{ publicKey }] }, [
          content.subarray(0, 50),
          content.subarray(50),
        ]),
      ),
      judge,
    },
    {
      name: 'EnvelopedData',
      genuine: await collect(
        encryptMessage(provider, { recipients: [{ publicKey }], cipher: 'AES-256-CBC' }, content),
      ),
      // Nothing protects CBC: what matters is that it is read or refused, in bounded time.
      judge: async (broken) => {
        await decryptToBytes(provider, [{ privateKey }], broken);
        return 'held';
      },
    },
  ];
}
