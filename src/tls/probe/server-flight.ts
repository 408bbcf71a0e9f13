/** What a server says, as far as it can be read without keys: hellos, alerts, the rest of TLS 1.2, and sizes. */
import { readTls } from '../../encoding/index.ts';
import type { Alert } from '../alert.ts';
import { CONTENT_TYPE, HANDSHAKE_TYPE } from '../code-points.ts';
import { createFlightReader, type FlightItem } from '../flight-reader.ts';
import { readRecordHeader, RECORD_HEADER } from '../record.ts';
import { decodeServerHello, type ServerHello } from '../server-hello.ts';
import { decodeServerKeyExchange } from '../server-key-exchange.ts';
import { peerError, reading } from '../wire-error.ts';

/** No flight is longer: chains of SLH-DSA certificates have some 200,000 bytes. */
const MAX_FLIGHT = 512 * 1024;
/** HandshakeType of TLS 1.2 [RFC 5246 §7.4]. */
const CERTIFICATE = 11;
const SERVER_KEY_EXCHANGE = 12;
const SERVER_HELLO_DONE = 14;
/** An encrypted alert of TLS 1.3: two bytes, the content type, the tag [RFC 9846 §5.2]. */
const ENCRYPTED_ALERT = 2 + 1 + 16;

/** Reads what comes, in pieces of any size. Nothing is decrypted: of what is encrypted only sizes are seen. */
export class ServerFlight {
  /** Of everything that came, with records. */
  bytes = 0;
  /** A HelloRetryRequest comes before the ServerHello. */
  readonly hellos: ServerHello[] = [];
  /** The alert that ends the handshake. */
  alert: Alert | undefined;
  /** DER of what a server of TLS 1.2 shows, leaf first. */
  certificates: readonly Uint8Array[] | undefined;
  /** The code of the group of a TLS 1.2 key exchange. */
  curve: number | undefined;
  /** Whether a flight of TLS 1.2 is complete; of TLS 1.3 nobody without keys can tell. */
  done = false;
  /** Bytes in encrypted records, without headers. */
  encrypted = 0;
  readonly #reader = createFlightReader({ maxBytes: MAX_FLIGHT });
  /** What has come of the header of the next record. */
  #header: number[] = [];
  /** Bytes of the last record that have yet to come. */
  #left = 0;
  #type = 0;
  #length = 0;

  /** The ServerHello, once it has come. */
  get serverHello(): ServerHello | undefined {
    return this.hellos.find(({ kind }) => kind === 'server-hello');
  }

  /** The HelloRetryRequest, if there was one. */
  get helloRetryRequest(): ServerHello | undefined {
    return this.hellos.find(({ kind }) => kind === 'hello-retry-request');
  }

  /** Whether the last record is encrypted and has the size of an alert. */
  get endsWithEncryptedAlert(): boolean {
    return (
      this.#type === CONTENT_TYPE.applicationData && this.#length === ENCRYPTED_ALERT && this.#left === 0
    );
  }

  /** Whether something came that is not all of something. */
  get isBroken(): boolean {
    return this.#left > 0 || this.#header.length > 0 || (this.bytes > 0 && this.hellos.length === 0);
  }

  /**
   * Takes the next bytes.
   *
   * @throws HybridgeError `invalid_encoding` as soon as they are not what a TLS server says.
   */
  push(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_FLIGHT)
      throw peerError('record_overflow', `more than ${MAX_FLIGHT} bytes from the server`, MAX_FLIGHT);
    for (const item of this.#reader.push(chunk)) this.#take(item);
    this.#measure(chunk);
  }

  #take(item: FlightItem): void {
    switch (item.kind) {
      case 'alert':
        // A server of TLS 1.2 that does not know the name may say so and go on [RFC 6066 §3].
        if (item.alert.level !== 'warning' || item.alert.name !== 'unrecognized_name')
          this.alert ??= item.alert;
        return;
      case 'handshake':
        this.#takeMessage(item.type, item.message);
        return;
      case 'change-cipher-spec':
        return;
      case 'encrypted':
        if (this.serverHello === undefined)
          throw peerError(
            'unexpected_message',
            'encrypted records before a ServerHello',
            this.#reader.bytesRead,
          );
    }
  }

  #takeMessage(type: number, message: Uint8Array): void {
    const hello = this.serverHello;
    if (hello === undefined) {
      if (type !== HANDSHAKE_TYPE.serverHello)
        throw peerError(
          'unexpected_message',
          `handshake message of type ${type} before a ServerHello`,
          this.#reader.bytesRead,
        );
      const next = decodeServerHello(Uint8Array.from(message));
      if (next.kind === 'hello-retry-request' && this.hellos.length > 0)
        throw peerError('unexpected_message', 'a second HelloRetryRequest', this.#reader.bytesRead);
      this.hellos.push(next);
    } else if (type === CERTIFICATE) this.certificates = readCertificates(Uint8Array.from(message));
    else if (type === SERVER_KEY_EXCHANGE) this.curve = decodeServerKeyExchange(message, hello)?.group;
    else if (type === SERVER_HELLO_DONE) this.done = true;
  }

  /** Follows the headers of records, also past the point where nothing else can be read. */
  #measure(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, chunk.length - at);
        if (this.#type === CONTENT_TYPE.applicationData) this.encrypted += step;
        this.#left -= step;
        at += step;
        continue;
      }
      this.#header.push(chunk[at++] ?? 0);
      if (this.#header.length < RECORD_HEADER) continue;
      const { type, length } = readRecordHeader(Uint8Array.from(this.#header), 0, this.bytes, true);
      this.#type = type;
      this.#left = this.#length = length;
      this.#header = [];
    }
  }
}

/** Certificate of TLS 1.2 [RFC 5246 §7.4.2]. */
function readCertificates(message: Uint8Array): readonly Uint8Array[] {
  return reading(() => {
    const outer = readTls(message, 'Handshake');
    outer.u8('msg_type');
    const body = outer.vector('Certificate', 0, 0xffffff);
    outer.end();
    const list = body.vector('certificate_list', 0, 0xffffff);
    body.end();
    const certificates: Uint8Array[] = [];
    while (list.remaining > 0) certificates.push(list.opaque('ASN.1Cert', 1, 0xffffff));
    return certificates;
  });
}
