/** From what a server said to what it means: one verdict, with the reason in words. */
import { equal } from '../../bytes/index.ts';
import { isGrease, TLS_1_3, versionName } from '../code-points.ts';
import { groupDescriptor, groupName } from '../schemes.ts';
import type { ServerHello } from '../server-hello.ts';
import type { Heard } from './line.ts';
import type { HelloIdentity, Offer } from './offer.ts';
import type { ProbeAnswer } from './report.ts';
import type { ServerFlight } from './server-flight.ts';

/** What a server may not select: that which was not offered. */
function departure(hello: ServerHello, offer: Offer, { sessionId }: HelloIdentity): string | undefined {
  const { kind, version, cipherSuite, keyShare, selectedGroup } = hello;
  const suite = `0x${cipherSuite.toString(16).padStart(4, '0')}`;
  if (!offer.cipherSuites.includes(cipherSuite))
    return `selects the cipher suite ${suite}, which was not offered`;
  if ([cipherSuite, version, selectedGroup ?? 0].some(isGrease))
    return 'selects a value that stands for nothing [RFC 8701]';
  if (version !== TLS_1_3)
    // A server that does not know supported_versions takes any version up to the one in the hello.
    return version > Math.max(...offer.versions) ? 'selects a version that was not offered' : undefined;
  if (!offer.versions.includes(version)) return 'selects TLS 1.3, which was not offered';
  if (!equal(hello.sessionId, sessionId)) return 'does not give back legacy_session_id';
  if (kind === 'hello-retry-request') {
    if (selectedGroup === undefined) return undefined;
    if (!offer.groups.includes(selectedGroup))
      return `asks for a key share of ${groupName(selectedGroup)}, which was not offered`;
    return offer.keyShares.some(({ group }) => group === selectedGroup)
      ? `asks for a key share of ${groupName(selectedGroup)}, which is in the hello`
      : undefined;
  }
  if (keyShare === undefined) return 'selects TLS 1.3 without a key share';
  if (!offer.keyShares.some(({ group }) => group === keyShare.group))
    return `selects ${groupName(keyShare.group)}, of which there was no key share`;
  const descriptor = groupDescriptor(keyShare.group);
  if (descriptor === undefined || descriptor.kind === 'obsolete') return undefined;
  const { ciphertext } = descriptor.sizes;
  return keyShare.keyExchange.length === ciphertext
    ? undefined
    : `sends a key share of ${keyShare.keyExchange.length} bytes for ${descriptor.name}, which has ${ciphertext}`;
}

function selected(hello: ServerHello, flight: ServerFlight): Pick<ProbeAnswer, 'group' | 'version'> {
  const version = versionName(hello.version);
  const code = hello.selectedGroup ?? flight.curve;
  return {
    ...(version !== undefined && { version }),
    ...(code !== undefined && { group: groupName(code) }),
  };
}

/** What a hello of the server means. */
export function answerOf(
  hello: ServerHello,
  flight: ServerFlight,
  offer: Offer,
  identity: HelloIdentity,
): ProbeAnswer {
  const wrong = departure(hello, offer, identity);
  if (wrong !== undefined) return { verdict: 'invalid', reason: wrong };
  const what = selected(hello, flight);
  if (hello.kind === 'hello-retry-request')
    return {
      verdict: 'retry',
      ...what,
      reason: what.group === undefined ? 'asks for a second hello' : `asks for a key share of ${what.group}`,
    };
  const { version = 'an unknown version', group } = what;
  return {
    verdict: 'accepted',
    ...what,
    reason: group === undefined ? `selects ${version}` : `selects ${group} in ${version}`,
  };
}

/** What it means that no hello came. */
export function refusalOf(flight: ServerFlight, heard: Heard, timeoutMs: number): ProbeAnswer {
  if (flight.alert !== undefined) {
    const { name, code } = flight.alert;
    const alert = name ?? `alert ${code}`;
    return { verdict: 'refused', alert, reason: `refuses with ${alert}` };
  }
  switch (heard.kind) {
    case 'broken':
      return { verdict: 'invalid', reason: heard.error.message };
    case 'closed':
      return flight.isBroken
        ? { verdict: 'invalid', reason: 'closes the connection in the middle of its answer' }
        : { verdict: 'refused', reason: 'closes the connection without an alert' };
    case 'reset':
      return { verdict: 'refused', reason: 'resets the connection without an alert' };
    case 'enough':
    case 'quiet':
    case 'timeout':
      return {
        verdict: 'silent',
        reason: flight.isBroken
          ? `stops in the middle of its answer for ${timeoutMs} ms`
          : `says nothing for ${timeoutMs} ms`,
      };
  }
}
