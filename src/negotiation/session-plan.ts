/** Decisions about sessions, worked out once for all hellos that offer the same. */
import { chainsNamed } from '../certificates/index.ts';
import type { PeerPolicy } from '../policy/index.ts';
import { type KemDescriptor, KEMS } from '../registry/index.ts';
import type { ClientHello, Credential } from '../tls/index.ts';
import { suitesAmong } from './cipher-suites.ts';
import { FALLBACK_SCSV, isGrease, TLS_1_2, TLS_1_3 } from './code-points.ts';
import { LeastRecentlyUsed } from './lru.ts';
import { capabilities } from './offer.ts';
import { choose, type Decided, type ServerSide } from './session-choice.ts';

/** What a server has. */
export interface SessionOffer {
  readonly credentials: readonly Credential[];
  /** Groups that the engine does: all of the registry that TLS has numbers for unless told, as OpenSSL 3.5 does. */
  readonly groups?: readonly KemDescriptor[] | undefined;
}

const TLS_KEMS: readonly KemDescriptor[] = KEMS.filter(
  ({ identifiers }) => identifiers.tlsGroup !== undefined,
);

const DAY = 86_400_000;
/** Offers that are remembered for one policy. Software of a kind offers the same; an attacker may offer anything. */
const MAX_OFFERS = 1024;
/** The longest offer that is remembered, in code points. */
const MAX_OFFER = 512;
/** Server names that are remembered. */
const MAX_NAMES = 4096;

/** The credentials with a certain name, and the number of this set. */
interface Candidates {
  readonly number: number;
  readonly credentials: readonly Credential[];
}

/** What was decided on one day; verdicts change between days and never within one. */
interface Remembered {
  readonly day: number;
  readonly byOffer: LeastRecentlyUsed<string, Decided>;
  /** By the shape that a memory of hellos has found; their offer need not be read again. */
  readonly byShape: WeakMap<ClientHello, Decided>;
}

const plans = new WeakMap<SessionOffer, SessionPlan>();

/** The plan of an offer: one object for as long as the offer lives. */
export function planOf(offer: SessionOffer): SessionPlan {
  const before = plans.get(offer);
  if (before !== undefined) return before;
  const made = new SessionPlan(offer);
  plans.set(offer, made);
  return made;
}

/** What a server has, and the decisions about hellos that it has met. */
class SessionPlan {
  readonly #credentials: readonly Credential[];
  readonly #server: ServerSide;
  readonly #byName = new LeastRecentlyUsed<string | undefined, Candidates>(MAX_NAMES);
  readonly #candidates = new Map<string, Candidates>();
  readonly #remembered = new WeakMap<PeerPolicy, Remembered>();

  constructor({ credentials, groups = TLS_KEMS }: SessionOffer) {
    this.#credentials = [...credentials];
    const usable = groups.filter(({ identifiers }) => identifiers.tlsGroup !== undefined);
    this.#server = {
      groups: usable,
      capabilities: capabilities({
        kems: usable,
        signatures: credentials.flatMap(({ signatures }) => signatures),
        formats: ['tls-1.3', 'tls-1.2'],
      }),
    };
  }

  /** The decision about a hello, whatever its bytes are beside what it offers. */
  decide(hello: ClientHello, peer: PeerPolicy, at: Date): Decided {
    const { number, credentials } = this.#candidatesFor(hello.serverName);
    // The refusal of a name that nobody has speaks of the name.
    if (credentials.length === 0) return choose(hello, credentials, this.#server, peer, at);
    const { byShape, byOffer } = this.#rememberedOn(Math.floor(at.getTime() / DAY), peer);
    const known = hello.shape && byShape.get(hello.shape);
    if (known !== undefined) return known;
    const offer = `${String(number)} ${offerOf(hello)}`;
    const before = byOffer.get(offer);
    const decided = before ?? choose(hello, credentials, this.#server, peer, at);
    if (before === undefined && offer.length <= MAX_OFFER) byOffer.set(offer, decided);
    if (hello.shape !== undefined) byShape.set(hello.shape, decided);
    return decided;
  }

  #rememberedOn(day: number, peer: PeerPolicy): Remembered {
    const before = this.#remembered.get(peer);
    if (before?.day === day) return before;
    const made = { day, byOffer: new LeastRecentlyUsed<string, Decided>(MAX_OFFERS), byShape: new WeakMap() };
    this.#remembered.set(peer, made);
    return made;
  }

  #candidatesFor(serverName: string | undefined): Candidates {
    const before = this.#byName.get(serverName);
    if (before !== undefined) return before;
    const credentials = chainsNamed(this.#credentials, serverName);
    const set = credentials.map((credential) => this.#credentials.indexOf(credential)).join();
    const candidates = this.#candidates.get(set) ?? { number: this.#candidates.size, credentials };
    this.#candidates.set(set, candidates);
    this.#byName.set(serverName, candidates);
    return candidates;
  }
}

/** Everything that a decision rests on, as text: the same for hellos that differ in randomness and GREASE alone. */
function offerOf({
  versions,
  cipherSuites,
  keyShares,
  groups,
  signatureAlgorithms,
  certificateSignatureAlgorithms,
}: ClientHello): string {
  const flags =
    (versions.includes(TLS_1_3) ? 1 : 0) |
    (versions.includes(TLS_1_2) ? 2 : 0) |
    (cipherSuites.includes(FALLBACK_SCSV) ? 4 : 0) |
    (keyShares === undefined ? 0 : 8);
  return (
    String.fromCharCode(flags, suitesAmong(cipherSuites)) +
    codes(groups) +
    codes(signatureAlgorithms) +
    codes(certificateSignatureAlgorithms)
  );
}

/** A list after its length, so that two lists in a row never look like two others. */
function codes(list: readonly number[] | undefined): string {
  if (list === undefined) return '\0';
  let text = '';
  for (const code of list) if (!isGrease(code)) text += String.fromCharCode(code);
  return String.fromCharCode(text.length + 1) + text;
}
