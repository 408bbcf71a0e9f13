import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithPeer, findPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';
import { Sandbox } from './support.ts';

/** What the commands write is read by OpenSSL's, and the other way round: files as a person would hand them over. */

let sandbox: Sandbox;
let done = 0;

const PREPARED = [
  'set -e; printf "dose table 7" > table.txt',
  'for name in root ca pump; do hybridge keygen ML-DSA-65 --out $name.key --quiet; done',
  'hybridge keygen ML-KEM-768 --out ward.key --quiet',
  'hybridge cert new-ca --key root.key --subject "CN=Root,O=Hospital" --quiet --out root.pem',
  'hybridge cert request --key ca.key --subject CN=CA --quiet --out ca.csr',
  'hybridge cert issue ca.csr --cert root.pem --key root.key --profile ca --quiet --out ca.pem',
  'hybridge cert request --key pump.key --subject CN=Pump --san pump.example --quiet --out pump.csr',
  'by="--cert ca.pem --key ca.key --quiet"',
  'hybridge cert issue pump.csr $by --profile tls-server --out pump.pem',
  'hybridge cert issue --public-key ward.pub --subject CN=Ward $by --profile encryption --out ward.pem',
  'hybridge cert crl $by --revoke ward.pem:superseded --out ca.crl',
  'hybridge cms sign --key pump.key --cert pump.pem --quiet --out table.p7s table.txt',
  'hybridge cms encrypt --to ward.pem --quiet --out table.p7m table.txt',
  'mkdir theirs; cd theirs',
  '$OPENSSL genpkey -algorithm ML-DSA-65 -out root.key; $OPENSSL genpkey -algorithm ML-DSA-44 -out leaf.key',
  '$OPENSSL genpkey -algorithm ML-KEM-768 -out kem.key; $OPENSSL pkey -in kem.key -pubout -out kem.pub',
  '$OPENSSL req -x509 -new -key root.key -subj /O=Theirs/CN=Root -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -addext subjectKeyIdentifier=hash -days 30 -out root.pem',
  '$OPENSSL req -new -key leaf.key -subj /CN=Leaf -addext subjectAltName=DNS:leaf.example -out leaf.csr',
  '$OPENSSL x509 -req -in leaf.csr -CA root.pem -CAkey root.key -copy_extensions copy -days 20 -out leaf.pem',
  '$OPENSSL x509 -new -force_pubkey kem.pub -subj /CN=Kem -CA root.pem -CAkey root.key -days 20 -out kem.pem',
  '$OPENSSL cms -sign -md sha512 -binary -nodetach -in ../table.txt -signer leaf.pem -inkey leaf.key -outform PEM -out table.p7s',
  '$OPENSSL cms -encrypt -binary -aes-256-gcm -in ../table.txt -recip kem.pem -outform DER -out table.p7m',
  'printf "[ca]\\ndefault_ca=c\\n[c]\\ndatabase=index\\ncrlnumber=number\\ndefault_md=default\\n" > ca.cnf',
  ': > index; echo 07 > number',
  '$OPENSSL ca -config ca.cnf -gencrl -keyfile root.key -cert root.pem -crldays 5 -out root.crl',
].join('\n');

const env = { OPENSSL: findPeer('peer-openssl') ?? '' };

describeWithPeer('peer-openssl', 'the command and OpenSSL', () => {
  beforeAll(async () => {
    sandbox = new Sandbox();
    const { code, stderr } = await sandbox.shell(PREPARED, { env });
    expect(code, stderr).toBe(0);
  });

  afterAll(() => {
    sandbox.remove();
    report(`files between the command and OpenSSL: ${String(done)} ways`);
  });

  it.each([
    [
      'reads our chain',
      '$OPENSSL verify -x509_strict -CAfile root.pem -untrusted ca.pem pump.pem',
      'pump.pem: OK',
    ],
    ['reads our request', '$OPENSSL req -verify -noout -in pump.csr 2>&1', 'verify OK'],
    ['reads our revocation list', '$OPENSSL crl -CAfile ca.pem -noout -in ca.crl 2>&1', 'verify OK'],
    [
      'sees what we revoked',
      'cat ca.crl root.pem > crl.pem; $OPENSSL verify -crl_check -CAfile crl.pem -untrusted ca.pem ward.pem 2>&1 || true',
      'certificate revoked',
    ],
    [
      'reads our signed message',
      '$OPENSSL cms -verify -purpose any -binary -inform DER -in table.p7s -CAfile root.pem -certfile ca.pem',
      'dose table 7',
    ],
    [
      'opens our encrypted message',
      '$OPENSSL cms -decrypt -binary -inform DER -in table.p7m -inkey ward.key -recip ward.pem',
      'dose table 7',
    ],
  ])('%s', async (_, line, expected) => {
    const { code, stdout, stderr } = await sandbox.shell(line, { env });
    expect(code, stderr).toBe(0);
    expect(stdout, stderr).toContain(expected);
    done++;
  });

  it.each([
    [
      'read its certificate',
      'cert verify theirs/leaf.pem --anchor theirs/root.pem --name leaf.example',
      'valid: 1',
    ],
    ['look into its request', 'cert inspect theirs/leaf.csr', 'proved: the signature holds'],
    [
      'certify its request',
      'cert issue theirs/leaf.csr --cert ca.pem --key ca.key --profile tls-server --out leaf.pem',
      'DNS:leaf.example',
    ],
    [
      'read its revocation list',
      'cert verify theirs/leaf.pem --anchor theirs/root.pem --crl theirs/root.crl --require-revocation',
      'valid: 1',
    ],
    [
      'go on with its revocation list',
      'cert crl --cert theirs/root.pem --key theirs/root.key --from theirs/root.crl --revoke theirs/leaf.pem --out next.crl',
      'list 8 of',
    ],
    [
      'read its signed message',
      'cms verify --anchor theirs/root.pem --out read.txt theirs/table.p7s && cat read.txt',
      'dose table 7',
    ],
    [
      'open its encrypted message',
      'cms decrypt theirs/table.p7m --key theirs/kem.key --cert theirs/kem.pem --out -',
      'dose table 7',
    ],
    ['find nothing wrong with its chain', 'cert lint theirs/leaf.pem theirs/root.pem --json', '"ok": true'],
  ])('we %s', async (_, line, expected) => {
    const { code, stdout, stderr } = await sandbox.shell(`hybridge ${line}`, { env });
    expect(code, stdout + stderr).toBe(0);
    expect(stdout, stderr).toContain(expected);
    done++;
  });
});
