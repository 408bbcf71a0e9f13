/** revokedCertificates [RFC 5280 §5.1.2.6]: hundreds of thousands of entries, checked in one pass and read when asked. */
import { equal, HybridgeError } from '../bytes/index.ts';
import { INTEGER, readDer, SEQUENCE, UTC_TIME } from '../encoding/index.ts';
import type { Deviations } from './deviation.ts';
import type { Extensions, RevocationReason } from './extension.ts';
import { NO_EXTENSIONS, readExtensions } from './extensions.ts';
import type { Name } from './name.ts';
import { EXTENSION } from './oids.ts';
import { readTime } from './time.ts';

/** One entry of a revocation list. */
export interface RevokedCertificate {
  /** INTEGER contents of the certificate's serial number. */
  readonly serialNumber: Uint8Array;
  /** Who issued the certificate: the issuer of the list, or in an indirect list the one that the entries name. */
  readonly issuer: Name;
  readonly revocationDate: Date;
  /** Why; `undefined` where the entry does not say. */
  readonly reason: RevocationReason | undefined;
  /** Since when the key is suspected, which may be before the revocation [RFC 5280 §5.3.2]. */
  readonly invalidityDate: Date | undefined;
  readonly extensions: Extensions;
}

/** Entry extensions that are understood [RFC 5280 §5.3]. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  EXTENSION.reasonCode,
  EXTENSION.invalidityDate,
  EXTENSION.certificateIssuer,
]);

/** Extensions that are named as not understood: one is enough to make a list useless. */
const MAX_UNRECOGNIZED = 8;

/** The shortest entry: a header, a serial number of one octet, a UTCTime. */
const SHORTEST_ENTRY = 20;

/** Entries by serial number: those of bucket b are `order[starts[b]]` to before `order[starts[b + 1]]`. */
interface Index {
  readonly mask: number;
  readonly starts: Uint32Array;
  readonly order: Uint32Array;
}

/**
 * The entries of one list. Nothing but the offset of each is kept, so that no list takes much more memory than its
 * bytes; the index is made at the first search, in time and space proportional to the number of entries whatever the
 * serial numbers are.
 */
export class RevokedEntries {
  readonly #list: Uint8Array;
  readonly #offsets: Uint32Array;
  readonly #issuer: Name;
  /** The entries that name the issuer of their certificate and of those after them [RFC 5280 §5.3.3]. */
  readonly #naming: readonly number[];
  #named: { readonly entry: number; readonly issuer: Name } | undefined;
  /** Critical extensions of entries that are not understood. */
  readonly unrecognized: readonly string[];
  #index: Index | undefined;

  private constructor(
    list: Uint8Array,
    offsets: Uint32Array,
    issuer: Name,
    naming: readonly number[],
    unrecognized: ReadonlySet<string>,
  ) {
    this.#list = list;
    this.#offsets = offsets;
    this.#issuer = issuer;
    this.#naming = naming;
    this.unrecognized = [...unrecognized];
  }

  /**
   * Checks the entries.
   *
   * @param list - The contents of revokedCertificates.
   * @param issuer - The issuer of the list.
   * @throws HybridgeError `invalid_encoding` with the number of the entry.
   */
  static scan(list: Uint8Array, issuer: Name, version: 1 | 2, told: Deviations): RevokedEntries {
    const offsets = new Uint32Array(Math.floor(list.length / SHORTEST_ENTRY));
    const naming: number[] = [];
    const unrecognized = new Set<string>();
    let count = 0;
    for (let at = 0; at < list.length;) {
      let end = version === 2 ? endOfPlainEntry(list, at) : 0;
      if (end === 0) {
        const entry = readEntry(list, at, count, told);
        end = entry.end;
        if (version === 1 && entry.extensions !== NO_EXTENSIONS)
          told('version', 'CRL: entry extensions in version 1', 'RFC 5280 §5.3');
        for (const { oid, critical } of entry.extensions.all)
          if (settlesNothing(oid, critical, entry.extensions) && unrecognized.size < MAX_UNRECOGNIZED)
            unrecognized.add(oid);
        if (entry.extensions.certificateIssuer !== undefined) {
          namedIssuer(entry.extensions, count);
          naming.push(count);
        }
      }
      offsets[count++] = at;
      at = end;
    }
    return new RevokedEntries(list, offsets.slice(0, count), issuer, naming, unrecognized);
  }

  /** How many there are. */
  get size(): number {
    return this.#offsets.length;
  }

  /** The entry of a certificate. */
  find(serialNumber: Uint8Array, issuer: Name): RevokedCertificate | undefined {
    const { mask, starts, order } = (this.#index ??= this.#makeIndex());
    const bucket = hashOf(serialNumber, 0, serialNumber.length) & mask;
    const end = starts[bucket + 1] ?? 0;
    for (let at = starts[bucket] ?? 0; at < end; at++) {
      const number = order[at] ?? 0;
      if (this.#hasSerial(number, serialNumber) && this.#issuerOf(number).key === issuer.key)
        return this.#read(number);
    }
    return undefined;
  }

  /** All entries in their order. */
  *all(): Generator<RevokedCertificate, void, undefined> {
    for (let number = 0; number < this.size; number++) yield this.#read(number);
  }

  #read(number: number): RevokedCertificate {
    const { serialNumber, revocationDate, extensions } = this.#entry(number);
    return {
      serialNumber,
      issuer: this.#issuerOf(number),
      revocationDate,
      reason: extensions.reasonCode,
      invalidityDate: extensions.invalidityDate,
      extensions,
    };
  }

  // Departures were told when the list was scanned.
  #entry(number: number): ReadEntry {
    return readEntry(this.#list, this.#offsets[number] ?? 0, number, () => undefined);
  }

  #issuerOf(number: number): Name {
    // The last entry up to this one that names an issuer.
    let low = -1;
    for (let high = this.#naming.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if ((this.#naming[middle] ?? 0) <= number) low = middle;
      else high = middle;
    }
    const entry = this.#naming[low];
    if (entry === undefined) return this.#issuer;
    if (this.#named?.entry !== entry)
      this.#named = { entry, issuer: namedIssuer(this.#entry(entry).extensions, entry) };
    return this.#named.issuer;
  }

  #hasSerial(number: number, serialNumber: Uint8Array): boolean {
    const element = contentsAt(this.#list, this.#offsets[number] ?? 0);
    const start = contentsAt(this.#list, element);
    return equal(this.#list.subarray(start, endAt(this.#list, element)), serialNumber);
  }

  // Buckets rather than a chain of probes: serial numbers chosen to collide cost a search their number, no more.
  #makeIndex(): Index {
    const list = this.#list;
    const count = this.size;
    const buckets = 2 ** Math.ceil(Math.log2(Math.max(2, count)));
    const mask = buckets - 1;
    const starts = new Uint32Array(buckets + 1);
    const hashes = new Uint32Array(count);
    for (let number = 0; number < count; number++) {
      const element = contentsAt(list, this.#offsets[number] ?? 0);
      const bucket = hashOf(list, contentsAt(list, element), endAt(list, element)) & mask;
      hashes[number] = bucket;
      starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
    }
    for (let bucket = 0; bucket < buckets; bucket++)
      starts[bucket + 1] = (starts[bucket + 1] ?? 0) + (starts[bucket] ?? 0);
    const next = starts.slice();
    const order = new Uint32Array(count);
    for (let number = 0; number < count; number++) {
      const bucket = hashes[number] ?? 0;
      const at = next[bucket] ?? 0;
      order[at] = number;
      next[bucket] = at + 1;
    }
    return { mask, starts, order };
  }
}

// An issuer that could not be read (`strict: false`) must not pass for that of the entry before.
function settlesNothing(oid: string, critical: boolean, { certificateIssuer }: Extensions): boolean {
  if (oid === EXTENSION.certificateIssuer) return certificateIssuer === undefined;
  return critical && !UNDERSTOOD.has(oid);
}

/** The directory name in certificateIssuer, which is there. */
function namedIssuer({ certificateIssuer = [] }: Extensions, number: number): Name {
  const named = certificateIssuer.find((name) => name.kind === 'directory');
  if (named !== undefined) return named.name;
  throw new HybridgeError(
    'invalid_encoding',
    `CRL entry ${number}: certificateIssuer without a directory name [RFC 5280 §5.3.3]`,
  );
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Where the contents of the element at an offset begin; the list has been checked. */
function contentsAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] ?? 0;
  return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
}

function endAt(bytes: Uint8Array, at: number): number {
  const contents = contentsAt(bytes, at);
  let length = 0;
  if (contents === at + 2) length = bytes[at + 1] ?? 0;
  else for (let octet = at + 2; octet < contents; octet++) length = length * 256 + (bytes[octet] ?? 0);
  return contents + length;
}

interface ReadEntry {
  readonly serialNumber: Uint8Array;
  readonly revocationDate: Date;
  readonly extensions: Extensions;
  readonly end: number;
}

function readEntry(list: Uint8Array, at: number, number: number, told: Deviations): ReadEntry {
  const outer = readDer(list.subarray(at), `CertificateList.revokedCertificates[${number}]`, {
    maxBytes: list.length,
  });
  const fields = outer.sequence('entry');
  const serialNumber = fields.integerOctets('userCertificate');
  const revocationDate = readTime(fields, 'revocationDate');
  const extensions = fields.atEnd ? NO_EXTENSIONS : readExtensions(fields, told);
  fields.end();
  return { serialNumber, revocationDate, extensions, end: at + outer.offset };
}

/** Extensions with a reason code alone, up to the code; nearly all entries with extensions have these. */
const REASON_ALONE = Uint8Array.of(0x30, 12, 0x30, 10, 6, 3, 0x55, 0x1d, 21, 4, 3, 10, 1);

// Where the entry at `at` ends, when it is of the form that nearly all have: short, a UTCTime, at most a reason code.
// 0 leaves any other to the reader, which knows the rest and says what is wrong.
function endOfPlainEntry(list: Uint8Array, at: number): number {
  const length = list[at + 1] ?? 0xff;
  const end = at + 2 + length;
  if (list[at] !== SEQUENCE || length >= 0x80 || end > list.length) return 0;
  const serialLength = list[at + 3] ?? 0xff;
  const first = list[at + 4] ?? 0;
  const time = at + 4 + serialLength;
  if (list[at + 2] !== INTEGER || serialLength === 0 || serialLength > 20 || time + 15 > end) return 0;
  const second = list[at + 5] ?? 0;
  if (serialLength > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) return 0;
  if (!isPlainTime(list, time)) return 0;
  const rest = time + 15;
  if (rest === end) return end;
  if (end - rest !== REASON_ALONE.length + 1) return 0;
  for (let index = 0; index < REASON_ALONE.length; index++)
    if (list[rest + index] !== REASON_ALONE[index]) return 0;
  const code = list[end - 1] ?? 0xff;
  return code <= 10 && code !== 7 ? end : 0;
}

function isPlainTime(list: Uint8Array, at: number): boolean {
  if (list[at] !== UTC_TIME || list[at + 1] !== 13 || list[at + 14] !== 0x5a) return false;
  for (let digit = at + 2; digit < at + 14; digit++) {
    const octet = list[digit] ?? 0;
    if (octet < 0x30 || octet > 0x39) return false;
  }
  const pair = (index: number): number =>
    10 * ((list[at + 2 + 2 * index] ?? 0) - 0x30) + (list[at + 3 + 2 * index] ?? 0) - 0x30;
  const month = pair(1);
  const day = pair(2);
  return month >= 1 && month <= 12 && day >= 1 && day <= 28 && pair(3) < 24 && pair(4) < 60 && pair(5) < 60;
}
