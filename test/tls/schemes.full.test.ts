/** Names and numbers of groups and signature schemes, put beside those of tshark and OpenSSL. */
import { expect, it } from 'vitest';

import {
  groupName,
  groupNature,
  isGrease,
  signatureSchemeName,
  TLS_GROUPS,
  tlsPlan,
} from '../../src/tls/index.ts';
import { namedPolicy } from '../../src/policy/index.ts';
import { AT } from '../certificates/fixtures.ts';
import { askPeer, describeWithPeer } from '../support/peers.ts';
import { report } from '../support/tally.ts';

async function textFrom(peer: string, args: readonly string[]): Promise<string> {
  return Buffer.from(await askPeer(peer, args)).toString('utf8');
}

describeWithPeer('peer-tshark', 'names of code points and tshark', () => {
  it('are the same wherever both know one', async () => {
    const names = new Map<string, Map<number, string>>();
    for (const line of (await textFrom('peer-tshark', ['-G', 'values'])).split('\n')) {
      const [, field = '', code = '', name = ''] = line.split('\t');
      const ofField = names.get(field) ?? new Map<number, string>();
      names.set(field, ofField.set(Number(code), name));
    }
    let compared = 0;
    const compare = (field: string, nameOf: (code: number) => string): void => {
      const theirs = names.get(field) ?? new Map<number, string>();
      for (let code = 0; code <= 0xffff; code++) {
        const ours = nameOf(code);
        const their = theirs.get(code)?.replace(/ \(obsolete\)$/iu, '');
        if (ours.startsWith('0x') || their === undefined || isGrease(code)) continue;
        expect(ours.toLowerCase(), `${field} ${code.toString(16)}`).toBe(their.toLowerCase());
        compared++;
      }
    };
    compare('tls.handshake.extensions_supported_group', groupName);
    compare('tls.handshake.sig_hash_alg', signatureSchemeName);
    report(`code points of groups and schemes against tshark: ${String(compared)}`);
    expect(compared).toBeGreaterThan(50);
  });
});

describeWithPeer('peer-openssl', 'what OpenSSL has', () => {
  it('is what plans for it are made of', async () => {
    const groups = (await textFrom('peer-openssl', ['list', '-tls-groups'])).trim().split(':');
    expect(groups).toEqual(expect.arrayContaining(TLS_GROUPS.map(({ name }) => name)));
    // Finite fields and one curve are all that the registry leaves out.
    const others = groups.filter((group) => !TLS_GROUPS.some(({ name }) => name === group));
    expect(others.every((name) => /^ffdhe|^brainpoolP512r1/u.test(name))).toBe(true);
    expect(TLS_GROUPS.every(({ code, algorithm }) => groupNature(code) === algorithm.nature)).toBe(true);
    const known = (await textFrom('peer-openssl', ['list', '-tls-signature-algorithms'])).trim().split(':');
    const { schemes } = tlsPlan({
      policy: namedPolicy('hybrid-preferred'),
      at: AT,
      side: 'server',
      engine: 'openssl-3.5',
    });
    expect(known).toEqual(expect.arrayContaining(schemes.map(signatureSchemeName)));
    report(`names in plans known to OpenSSL: ${String(TLS_GROUPS.length + schemes.length)}`);
  });
});
