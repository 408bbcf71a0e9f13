/** Chains and pools with the verdict that the rules ask for, to be asked of ours and of foreign implementations. */
import { keyIdentifier, PURPOSE } from '../../../src/certificates/index.ts';
import { exportPublicKey } from '../../../src/keys/index.ts';
import { generateKeyPair } from '../../../src/sign/index.ts';
import { type Entity, make, provider, type Recipe } from './pki.ts';

const DAY = 86_400_000;
/** Peers without a date of their own take the present one. */
export const NOW: Date = new Date();
const from = new Date(NOW.getTime() - 30 * DAY);
const until = new Date(NOW.getTime() + 365 * DAY);
const past = new Date(NOW.getTime() - 2 * DAY);
const future = new Date(NOW.getTime() + 2 * DAY);

/** One question. */
export interface Scenario {
  readonly id: string;
  readonly leaf: Entity;
  /** In path order where `ordered`. */
  readonly pool: readonly Entity[];
  readonly root: Entity;
  readonly valid: boolean;
  /** Whether leaf and pool are just the path, so that validators that do not build can be asked. */
  readonly ordered: boolean;
  readonly use?: 'tls-server';
  readonly host?: string;
  /** Validators that answer otherwise, and why that is theirs to explain. */
  readonly except?: Readonly<Partial<Record<'go' | 'openssl', string>>>;
}

type Algorithm = NonNullable<Recipe['algorithm']>;

/** Certificates as `openssl verify -x509_strict` wants them: with key identifiers. */
async function certificate(algorithm: Algorithm, recipe: Recipe): Promise<Entity> {
  const keys = recipe.keys ?? (await generateKeyPair(provider, algorithm));
  const subjectKeyIdentifier = keyIdentifier(provider, {
    subjectPublicKeyInfo: exportPublicKey(keys.publicKey, { format: 'der' }),
  });
  return make({
    notBefore: from,
    notAfter: until,
    ...recipe,
    keys,
    extensions: {
      subjectKeyIdentifier,
      ...(recipe.issuer === undefined
        ? {}
        : {
            authorityKeyIdentifier: {
              keyIdentifier: recipe.issuer.certificate.extensions.subjectKeyIdentifier ?? new Uint8Array(20),
            },
          }),
      ...recipe.extensions,
    },
  });
}

/** All of them, with keys of one algorithm. */
export async function scenarios(algorithm: Algorithm): Promise<readonly Scenario[]> {
  const issue = (recipe: Recipe): Promise<Entity> => certificate(algorithm, recipe);
  const server = (issuer: Entity, recipe: Partial<Recipe> = {}): Promise<Entity> =>
    issue({
      subject: 'CN=server',
      issuer,
      ...recipe,
      extensions: { subjectAltName: [{ kind: 'dns', name: 'pump.ward.example' }], ...recipe.extensions },
    });
  const intermediate = (subject: string, issuer: Entity, recipe: Partial<Recipe> = {}): Promise<Entity> =>
    issue({ subject, issuer, ca: true, ...recipe });

  const root = await issue({ subject: 'CN=Root', ca: true });
  const other = await issue({ subject: 'CN=Other root', ca: true });
  const ca = await intermediate('CN=CA', root);
  const sub = await intermediate('CN=Sub', ca);
  const leaf = await server(ca);
  const deep = await server(sub);
  const dns = (name: string): { readonly kind: 'dns'; readonly name: string } => ({ kind: 'dns', name });
  const under = async (
    recipe: Partial<Recipe>,
  ): Promise<{ readonly leaf: Entity; readonly pool: Entity[] }> => {
    const issuer = await intermediate('CN=Special', root, recipe);
    return { leaf: await server(issuer), pool: [issuer] };
  };
  const plain = { root, ordered: true, pool: [ca] };
  const oldCross = await intermediate('CN=Crossed', other, { notAfter: past });
  const newCross = await intermediate('CN=Crossed', root, { keys: oldCross.keys });
  const a = await intermediate('CN=A', root);
  const b = await intermediate('CN=B', a);
  const aByB = await intermediate('CN=A', b, { keys: a.keys });
  const namesake = await intermediate('CN=CA', root);
  const narrow = await intermediate('CN=Narrow', root, { pathLength: 0 });
  const belowNarrow = await intermediate('CN=Below', narrow);
  const clientOnly = { extendedKeyUsage: [PURPOSE.clientAuth] };
  return [
    { ...plain, id: 'two tiers', leaf: await server(root), pool: [], valid: true },
    { ...plain, id: 'three tiers', leaf, valid: true },
    { ...plain, id: 'four tiers', leaf: deep, pool: [sub, ca], valid: true },
    {
      id: 'a pool in disorder',
      root,
      ordered: false,
      leaf: deep,
      pool: [other, a, ca, root, b, sub],
      valid: true,
    },
    { ...plain, id: 'expired leaf', leaf: await server(ca, { notAfter: past }), valid: false },
    { ...plain, id: 'leaf from the future', leaf: await server(ca, { notBefore: future }), valid: false },
    { ...plain, id: 'expired intermediate', ...(await under({ notAfter: past })), valid: false },
    {
      ...plain,
      id: 'no CA: basic constraints say so',
      ...(await under({ ca: false, extensions: { basicConstraints: { ca: false } } })),
      valid: false,
    },
    { ...plain, id: 'no CA: no basic constraints', ...(await under({ ca: false })), valid: false },
    {
      ...plain,
      id: 'a CA that may not sign certificates',
      ...(await under({ extensions: { keyUsage: ['cRLSign'] } })),
      valid: false,
    },
    { ...plain, id: 'path length kept', leaf: await server(narrow), pool: [narrow], valid: true },
    {
      ...plain,
      id: 'path length exceeded',
      leaf: await server(belowNarrow),
      pool: [belowNarrow, narrow],
      valid: false,
    },
    {
      ...plain,
      id: 'name within constraints',
      ...(await under({
        extensions: { nameConstraints: { permitted: [dns('ward.example')], excluded: [] } },
      })),
      valid: true,
    },
    {
      ...plain,
      id: 'name outside constraints',
      ...(await under({
        extensions: { nameConstraints: { permitted: [dns('lab.example')], excluded: [] } },
      })),
      valid: false,
    },
    {
      ...plain,
      id: 'name excluded',
      ...(await under({
        extensions: { nameConstraints: { permitted: [], excluded: [dns('ward.example')] } },
      })),
      valid: false,
    },
    {
      ...plain,
      id: 'an unknown critical extension',
      leaf: await server(ca, {
        extensions: { other: [{ oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) }] },
      }),
      valid: false,
    },
    {
      ...plain,
      id: 'an unknown extension',
      leaf: await server(ca, {
        extensions: { other: [{ oid: '1.2.3.4', critical: false, value: Uint8Array.of(5, 0) }] },
      }),
      valid: true,
    },
    { ...plain, id: 'another key under the name of the issuer', leaf: await server(namesake), valid: false },
    { ...plain, id: 'a missing intermediate', leaf: deep, pool: [ca], ordered: false, valid: false },
    { ...plain, id: 'another root', leaf, root: other, valid: false },
    {
      id: 'two CAs of one name, both in the pool',
      root,
      ordered: false,
      leaf: await server(namesake),
      pool: [ca, namesake],
      valid: true,
    },
    {
      id: 'cross-signed, the old certificate first',
      root,
      ordered: false,
      leaf: await server(newCross),
      pool: [oldCross, newCross],
      valid: true,
    },
    {
      id: 'cross-signed, the old certificate alone',
      root,
      ordered: false,
      leaf: await server(newCross),
      pool: [oldCross],
      valid: false,
    },
    {
      id: 'in circles, with a way out',
      root,
      ordered: false,
      leaf: await server(b),
      pool: [aByB, b, a],
      valid: true,
      except: { openssl: 'follows the first issuer that fits and does not turn back' },
    },
    {
      id: 'in circles',
      root,
      ordered: false,
      leaf: await server(b),
      pool: [aByB, b],
      valid: false,
    },
    { ...plain, id: 'for servers', leaf, use: 'tls-server', valid: true },
    {
      ...plain,
      id: 'for clients only',
      leaf: await server(ca, { extensions: clientOnly }),
      use: 'tls-server',
      valid: false,
    },
    {
      ...plain,
      id: 'below a CA for clients only',
      ...(await under({ extensions: clientOnly })),
      use: 'tls-server',
      valid: false,
    },
    { ...plain, id: 'the host', leaf, use: 'tls-server', host: 'pump.ward.example', valid: true },
    { ...plain, id: 'another host', leaf, use: 'tls-server', host: 'lab.example', valid: false },
    ...(await Promise.all(
      (
        [
          ['*.ward.example', 'pump.ward.example', true],
          ['*.ward.example', 'a.b.ward.example', false],
          ['*.ward.example', 'ward.example', false],
          ['pump.*.example', 'pump.ward.example', false],
          ['*.example', 'ward.example', false],
        ] as const
      ).map(async ([name, host, valid]): Promise<Scenario> => {
        const extensions = { subjectAltName: [dns(name)] };
        return {
          ...plain,
          id: `${name} for ${host}`,
          leaf: await server(ca, { extensions }),
          use: 'tls-server',
          host,
          valid,
        };
      }),
    )),
  ];
}
