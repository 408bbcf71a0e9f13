/** Certificates and messages that other implementers brought to the IETF PQC hackathon, read and verified by PKI.js. */
import * as pkijs from 'pkijs';
import { describe, expect, it } from 'vitest';

import { createPkijsEngine } from '../../../src/certificates/pkijs/index.ts';
import { defaultProvider } from '../../../src/default/index.ts';
import { runCases, Skip } from '../../support/tally.ts';
import { Fields, jsonObject, readMatchingFiles, readVectorFiles } from '../../support/vectors-files.ts';
import { readZip } from '../../support/zip.ts';
import { readMessage } from './support.ts';

const engine = createPkijsEngine(defaultProvider());

/** OIDs in the names of files: Falcon, which has no standard, and HashML-DSA, which X.509 must not use [RFC 9881 §8.3]. */
const NOT_BROUGHT = /-(?:1\.3\.9999\.3\.1[14]|2\.16\.840\.1\.101\.3\.4\.3\.3[234])_/;

const ENDINGS = /_(?:ta|ee|signed_attrs|kemri\w*(?:-[\w-]+)?)\.der$/;

const artifacts = (folder: string) =>
  readMatchingFiles(`pqc-certificates/${folder}`, /\.zip$/).flatMap((file) => {
    const vendor = file.path.slice(file.path.lastIndexOf('/') + 1, -4);
    return readZip(file.bytes)
      .filter(({ name }) => ENDINGS.test(name))
      .map(({ name, bytes }) => ({
        id: `${vendor} ${name}`,
        vendor,
        name: name.slice(name.lastIndexOf('/') + 1),
        bytes: new Uint8Array(bytes),
        verdict: NOT_BROUGHT.test(name) ? 'refused' : vendor,
      }));
  });

const certificates = artifacts('certs_r5');
const messages = artifacts('cms_v3');

/** What another implementation found: its verdict, or undefined where it lacks the algorithm. */
function oracle(vendor: string, name: string): boolean | undefined {
  const [file] = readVectorFiles('pqc-certificates/oracle-certs_r5.json');
  if (file === undefined) throw new Error('no oracle');
  const verdict: unknown = JSON.parse(jsonObject(file).object(vendor).json(name));
  const fields = new Fields(verdict, name);
  return fields.has('verify') && fields.json('verify') === 'true' ? true : undefined;
}

describe.skipIf(certificates.length === 0)('certificates', () => {
  const anchors = certificates.filter(({ name }) => name.endsWith('_ta.der'));

  it('trust anchors verify under their own key, as the other implementation says', async () => {
    let agreed = 0;
    await runCases('hackathon trust anchors in PKI.js', anchors, async ({ vendor, name, bytes, verdict }) => {
      const certificate = pkijs.Certificate.fromBER(bytes);
      if (verdict === 'refused') {
        await expect(certificate.verify(undefined, engine)).rejects.toThrow(
          'Unsupported signature algorithm',
        );
        return;
      }
      expect(await certificate.verify(undefined, engine)).toBe(true);
      if (oracle(vendor, name) === true) agreed++;
    });
    expect(agreed).toBeGreaterThan(200);
  });

  it('KEM certificates verify under a trust anchor of their producer', async () => {
    const leaves = certificates
      .filter(({ name }) => name.endsWith('_ee.der'))
      .map((leaf) => ({ ...leaf, anchors: anchors.filter(({ vendor }) => vendor === leaf.vendor) }))
      // One producer left its issuer out.
      .filter((leaf) => leaf.anchors.length > 0);
    await runCases('hackathon KEM certificates in PKI.js', leaves, async ({ bytes, anchors: possible }) => {
      const certificate = pkijs.Certificate.fromBER(bytes);
      const { algorithmId } = certificate.signatureAlgorithm;
      const issuers = possible.filter(({ name }) => name.includes(`-${algorithmId}_`));
      if (issuers.some(({ verdict }) => verdict === 'refused'))
        return new Skip('signed with what is refused');
      for (const issuer of issuers)
        if (await certificate.verify(pkijs.Certificate.fromBER(issuer.bytes), engine)) return undefined;
      throw new Error('no anchor verifies it');
    });
  });
});

describe.skipIf(messages.length === 0)('messages', () => {
  it('signed with attributes verify', async () => {
    const signed = messages.filter(({ name }) => name.endsWith('_signed_attrs.der'));
    await runCases('hackathon SignedData in PKI.js', signed, async ({ bytes, verdict }) => {
      const verifying = readMessage(bytes).verify({ signer: 0 }, engine);
      if (verdict === 'refused') await expect(verifying).rejects.toThrow('Unsupported signature algorithm');
      else expect(await verifying).toBe(true);
    });
  });

  it('to KEM recipients are read, and PKI.js has no way to open them', async () => {
    const sealed = messages.filter(({ name, bytes }) => {
      if (!name.includes('_kemri')) return false;
      return pkijs.ContentInfo.fromBER(bytes).contentType === pkijs.ContentInfo.ENVELOPED_DATA;
    });
    await runCases('hackathon EnvelopedData in PKI.js', sealed, async ({ bytes }) => {
      const info = pkijs.ContentInfo.fromBER(bytes);
      const enveloped = new pkijs.EnvelopedData({ schema: info.content });
      const [recipient] = enveloped.recipientInfos;
      expect(recipient?.variant).toBe(5);
      expect(recipient?.value).toMatchObject({ oriType: '1.2.840.113549.1.9.16.13.3' });
      await expect(enveloped.decrypt(0, {}, engine)).rejects.toThrow('Unknown recipient type');
    });
  });
});
