import { ANY_CONTENT, type BadInput, NO_ALGORITHM, PASSWORD, type Role } from './bad-input.ts';

/** Nobody verifies the signature of a certificate that a caller names as its own. */
const OWN_CERTIFICATE = { corrupted: 'any' } as const;
const OWN_CERTIFICATE_ALONE = { ...NO_ALGORITHM, corrupted: 'any' } as const;
/** What a peer sent is judged: also what departs from the profile, such as bytes after its end. */
const JUDGED = { trailing: 1, corrupted: 1, 'wrong-algorithm': 1 } as const;

const AT = '--at 2027-01-01';
const ISSUE = 'cert issue --profile tls-server --out result';
const VERIFY = `cert verify ${AT}`;
const CRL = `cert crl ${AT} --cert ../ca.der --out result`;
const CMS_VERIFY = `cms verify ${AT}`;

const roles: readonly Role[] = [
  {
    line: 'cert new-ca --subject CN=A --out result --key FILE',
    good: 'ca-key.der',
    type: 'pump-csr.der',
    algorithm: 'ward-key.der',
  },
  {
    line: 'cert request --key ../maker-key.der --out result --renew FILE',
    good: 'pump.der',
    type: 'ca-crl.der',
    outcomes: OWN_CERTIFICATE_ALONE,
  },
  {
    line: 'cert request --key ../maker-key.der --public-key ../ward-pub.der --subject CN=Maker --out result --cert FILE',
    good: 'maker.der',
    type: 'pump-csr.der',
    algorithm: 'ca.der',
    outcomes: OWN_CERTIFICATE,
  },
  {
    line: 'cert request --key ../maker-key.der --cert ../maker.der --subject CN=Maker --out result --public-key FILE',
    good: 'ward-pub.der',
    type: 'ca-crl.der',
    algorithm: 'maker-pub.der',
    // The end of an ML-KEM key is a seed, and any will do.
    outcomes: { corrupted: 'any' },
  },
  {
    line: `${ISSUE} --cert ../ca.der --key ../ca-key.der FILE`,
    good: 'pump-csr.der',
    type: 'pump.der',
    algorithm: 'ward-csr.der',
  },
  {
    line: `${ISSUE} ../pump-csr.der --key ../ca-key.der --cert FILE`,
    good: 'ca.der',
    type: 'pump-csr.der',
    algorithm: 'maker.der',
    outcomes: OWN_CERTIFICATE,
  },
  {
    line: `${VERIFY} --anchor ../root.der --untrusted ../ca.der FILE`,
    good: 'pump.der',
    type: 'ca-crl.der',
    algorithm: 'other.der',
    outcomes: JUDGED,
  },
  {
    line: `${VERIFY} ../pump.der --anchor ../root.der --untrusted FILE`,
    good: 'ca.der',
    type: 'pump-csr.der',
    algorithm: 'other.der',
    outcomes: JUDGED,
  },
  {
    line: `${VERIFY} ../ca.der --anchor FILE`,
    good: 'root.der',
    type: 'image.bin',
    algorithm: 'other.der',
    outcomes: { ...OWN_CERTIFICATE, 'wrong-algorithm': 1 },
  },
  {
    line: `${VERIFY} ../pump.der --anchor ../ca.der --require-revocation --crl FILE`,
    good: 'ca-crl.der',
    type: 'pump.der',
    algorithm: 'root-crl.der',
    outcomes: { corrupted: 1, 'wrong-algorithm': 1 },
  },
  {
    line: `${VERIFY} ../pump.der --anchor ../ca.der --ocsp FILE`,
    good: 'try-later.der',
    type: 'ca-crl.der',
    spot: 1,
    outcomes: NO_ALGORITHM,
  },
  {
    line: 'cert inspect FILE',
    good: 'ca.crt',
    type: 'locked.pem',
    outcomes: { ...OWN_CERTIFICATE_ALONE, trailing: 'any', corrupted: undefined },
  },
  {
    line: 'cert inspect FILE',
    good: 'pump-csr.der',
    type: 'image.bin',
    outcomes: OWN_CERTIFICATE_ALONE,
  },
  {
    line: 'cert inspect FILE',
    good: 'ca-crl.der',
    type: 'message.p7s',
    outcomes: { ...OWN_CERTIFICATE_ALONE, trailing: 'any' },
  },
  {
    line: 'cert lint FILE',
    good: 'pump.der',
    type: 'image.bin',
    outcomes: { ...OWN_CERTIFICATE_ALONE, truncated: 1, trailing: 1 },
  },
  {
    line: 'cert lint FILE',
    good: 'maker-key.der',
    type: 'message.pem',
    outcomes: { ...NO_ALGORITHM, truncated: 1, trailing: 1, corrupted: 1 },
  },
  {
    line: `${CRL} --key ../ca-key.der --from FILE`,
    good: 'ca-crl.der',
    type: 'pump-csr.der',
    algorithm: 'root-crl.der',
  },
  {
    line: `${CRL} --key ../ca-key.der --revoke FILE`,
    good: 'pump.der',
    type: 'ca-crl.der',
    algorithm: 'other.der',
    // What is defective is revoked all the same.
    outcomes: { trailing: 'any', corrupted: 'any' },
  },
  {
    line: `${CRL} --key FILE`,
    good: 'ca-key.der',
    type: 'ca.der',
    algorithm: 'maker-key.der',
  },
  {
    line: `cms sign ${AT} --key ../maker-key.der --out result ../image.bin --cert FILE`,
    good: 'maker.der',
    type: 'pump-csr.der',
    algorithm: 'ca.der',
    outcomes: OWN_CERTIFICATE,
  },
  {
    line: 'cms sign --key ../maker-key.der --cert ../maker.der --out result FILE',
    good: 'image.bin',
    outcomes: ANY_CONTENT,
  },
  {
    line: `${CMS_VERIFY} --anchor ../ca.der --out result FILE`,
    good: 'message.p7s',
    type: 'image.bin',
    algorithm: 'other.p7s',
    outcomes: { corrupted: 1, 'wrong-algorithm': 1 },
  },
  {
    line: `${CMS_VERIFY} --anchor ../ca.der --out result FILE`,
    good: 'message.pem',
    type: 'pump.pem',
    algorithm: 'other.p7s',
    // Text beside a PEM block is a remark.
    outcomes: { trailing: 'any', oversized: 'any', 'wrong-algorithm': 1 },
  },
  {
    line: `${CMS_VERIFY} --anchor ../ca.der --content ../image.bin FILE`,
    good: 'detached.p7s',
    type: 'message.p7m',
    algorithm: 'message.p7s',
    outcomes: { corrupted: 1 },
  },
  {
    line: `${CMS_VERIFY} --anchor ../ca.der ../detached.p7s --content FILE`,
    good: 'image.bin',
    outcomes: { ...ANY_CONTENT, empty: 1, truncated: 1, trailing: 1, oversized: 1, corrupted: 1 },
  },
  {
    line: 'cms encrypt --out result ../image.bin --to FILE',
    good: 'ward.der',
    type: 'ca-crl.der',
    algorithm: 'maker.der',
    outcomes: OWN_CERTIFICATE,
  },
  {
    line: 'cms encrypt --out result ../image.bin --to FILE',
    good: 'ward-pub.der',
    type: 'message.p7m',
    algorithm: 'maker-pub.der',
    outcomes: { corrupted: 'any' },
  },
  { line: 'cms encrypt --to ../ward.der --out result FILE', good: 'image.bin', outcomes: ANY_CONTENT },
  {
    line: 'cms decrypt --key ../ward-key.der --out result FILE',
    good: 'message.p7m',
    type: 'message.p7s',
    algorithm: 'password.p7m',
    outcomes: { corrupted: 1, 'wrong-algorithm': 1 },
  },
  {
    line: 'cms decrypt ../message.p7m --out result --key FILE',
    good: 'ward-key.der',
    type: 'message.p7s',
    algorithm: 'maker-key.der',
  },
  {
    line: 'cms decrypt ../message.p7m --key ../ward-key.der --out result --cert FILE',
    good: 'ward.der',
    type: 'ca-crl.der',
    algorithm: 'maker.der',
    outcomes: OWN_CERTIFICATE,
  },
  {
    line: 'cms decrypt ../password.p7m --out result --message-password-file FILE',
    good: 'password',
    type: 'image.sig',
    outcomes: PASSWORD,
  },
];

const setup = `
set -e
yes firmware | head -c 100000 > image.bin
printf 'correct horse battery staple' > password
printf '\\060\\003\\012\\001\\003' > try-later.der
head -c 3000 /dev/urandom > image.sig
der() { sed '/^-----/d' $1 | base64 -d > $2; }
for name in root ca maker pump other; do hybridge keygen ML-DSA-44 --format der --form both --out $name-key.der --public $name-pub.der --quiet; done
hybridge keygen ML-KEM-512 --format der --form both --out ward-key.der --public ward-pub.der --quiet
hybridge key convert maker-key.der --new-password-file password --out locked.pem --quiet
span='--not-before 2026-01-01 --not-after 2040-01-01 --quiet'
by="--cert ca.pem --key ca-key.der $span"
hybridge cert new-ca --key root-key.der --subject CN=Root --out root.pem $span
hybridge cert new-ca --key other-key.der --subject CN=Other --out other.pem $span
hybridge cert request --key ca-key.der --subject CN=CA --out ca.csr --quiet
hybridge cert issue ca.csr --cert root.pem --key root-key.der --profile ca --out ca.pem $span
hybridge cert request --key pump-key.der --subject CN=Pump --san pump.example --out pump.csr --quiet
hybridge cert issue pump.csr $by --profile tls-server --out pump.pem
hybridge cert issue $by --public-key maker-pub.der --subject CN=Maker --profile code-signing --out maker.pem
hybridge cert issue $by --public-key ward-pub.der --subject CN=Ward --profile encryption --out ward.pem
hybridge cert request --key maker-key.der --cert maker.pem --public-key ward-pub.der --subject CN=Maker --out ward.csr --quiet
hybridge cert crl --cert ca.pem --key ca-key.der --at 2026-12-31 --days 3650 --out ca.crl --quiet
hybridge cert crl --cert root.pem --key root-key.der --at 2026-12-31 --days 3650 --out root.crl --quiet
for name in root ca maker pump ward other; do der $name.pem $name.der; done
for name in ca root; do der $name.crl $name-crl.der; done
for name in pump ward; do der $name.csr $name-csr.der; done
cp ca.pem ca.crt
sign="cms sign --at 2027-01-01 --quiet"
hybridge $sign --key maker-key.der --cert maker.pem --out message.p7s image.bin
hybridge $sign --key maker-key.der --cert maker.pem --detached --out detached.p7s image.bin
hybridge cert issue --cert other.pem --key other-key.der $span --public-key pump-pub.der --subject CN=Maker --profile code-signing --out others.pem
hybridge $sign --key pump-key.der --cert others.pem --out other.p7s image.bin
{ echo '-----BEGIN CMS-----'; base64 message.p7s; echo '-----END CMS-----'; } > message.pem
hybridge cms encrypt --to ward.pem --out message.p7m --quiet image.bin
hybridge cms encrypt --message-password-file password --out password.p7m --quiet image.bin
for key in maker ca ward; do hybridge key convert $key-key.der --format raw --out $key.raw; done
`;

/** Files of certificates and messages. */
export const PKI_FILES: BadInput = {
  setup,
  roles,
  secretFiles: ['maker.raw', 'ca.raw', 'ward.raw'],
  otherSecrets: () => ['correct horse', 'battery staple'],
};
