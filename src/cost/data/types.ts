/**
 * The shape of the data that predictions are made from. The project's own data and a user's file have the same shape;
 * a user's rows take precedence over the project's.
 */
import type { Status } from '../quantity.ts';

/** Where figures come from. */
export interface Source {
  /** Short id, as `pqm4`. */
  readonly id: string;
  readonly title: string;
  /** What to open: repository, commit and path; paper and table; or a URL. */
  readonly reference: string;
  /** How the project saw it: read directly, in part, or quoted by somebody. */
  readonly seen: string;
}

/** Processor cores that rows and devices name; `host` is the machine that `hybridge bench` ran on. */
export const CORES = [
  'cortex-a53',
  'cortex-m0plus',
  'cortex-m3',
  'cortex-m33',
  'cortex-m4',
  'host',
  'rv32imac',
  'rv32imc',
  'rv64gc',
  'x86-64',
  'xtensa-lx7',
] as const;

/** One of {@link CORES}. */
export type Core = (typeof CORES)[number];

/** What is done with an algorithm. `hash` and `aead` (sealing or opening) are counted per byte of message. */
export const COST_OPERATIONS = [
  'keygen',
  'encaps',
  'decaps',
  'agree',
  'sign',
  'verify',
  'hash',
  'aead',
] as const;

/** One of {@link COST_OPERATIONS}. */
export type CostOperation = (typeof COST_OPERATIONS)[number];

/** How far up the band of a row may reach: what varies by more than a million says nothing of its mean. */
export const MOST_BAND = 1e6;

/** Cycles of one operation: a mean, and the spread where it was seen. */
export interface Cycles {
  readonly mean: number;
  readonly min?: number;
  readonly max?: number;
  readonly p99?: number;
  /** How many runs the spread was seen in. */
  readonly runs?: number;
  readonly status: Status;
  /** The error band as fractions of the mean, as -0.05 and 0.05, where it is not that of the status. */
  readonly band?: { readonly low: number; readonly high: number };
}

/** One number of bytes of a row. */
export interface RowBytes {
  readonly value: number;
  readonly status: Status;
  /** The value is an upper bound: that of a whole image, or "at most" in the source. */
  readonly atMost?: boolean;
  /** What the number does and does not contain. */
  readonly note?: string;
}

/** What one operation of one implementation costs on one core. Its id is `algorithm:operation:implementation:core`. */
export interface CostRow {
  readonly id: string;
  /** A name of the registry where the registry has it (`ML-DSA-65`, `ECDSA-P256-SHA256`, `SHA-256`). */
  readonly algorithm: string;
  readonly operation: CostOperation;
  /** Implementation and build: `pqm4/m4fstack`, `mlkem-native/c-O3`. The unit that a verdict is about. */
  readonly implementation: string;
  readonly core: Core;
  /** Of `hash` and `aead`: cycles per byte. */
  readonly cycles?: Cycles;
  /** Stack used by the call; keys, ciphertexts and signatures held by the caller not included. */
  readonly stack?: RowBytes;
  /** Code and constants of the scheme without the shared hash. */
  readonly code?: RowBytes;
  /** Share of the cycles that is spent in hashing, 0 to 1. */
  readonly hashShare?: number;
  readonly source: string;
  readonly caveat?: string;
}

/** A number of a device or link with the way it is known. */
export interface Known {
  readonly value: number;
  /** Bounds of a class of devices, where it is not one part. */
  readonly low?: number;
  readonly high?: number;
  readonly status: Status;
  readonly source?: string;
  /** What was assumed, for an estimate. */
  readonly because?: string;
}

/** Currents for energy; only the user can measure them. */
export interface Currents {
  readonly volts: number;
  readonly cpuMilliamperes: number;
  readonly transmitMilliamperes?: number;
  readonly receiveMilliamperes?: number;
}

/** A device profile. RAM and flash are those of the part; the shares say what is left for cryptography and TLS. */
export interface Device {
  readonly id: string;
  readonly title: string;
  readonly core: Core | undefined;
  readonly megahertz: Known | undefined;
  readonly ramBytes: Known;
  readonly flashBytes: Known;
  /** RAM that RTOS, drivers and application hold already. */
  readonly ramUsed: Known;
  /** Flash that they hold already. */
  readonly flashUsed: Known;
  /** Whether Keccak is in flash already, so that a scheme does not bring it. */
  readonly keccakPresent: boolean;
  /** Extra cycles for flash wait states, as a fraction: 0 up to the limit of the flash, 0 to 0.5 above. */
  readonly waitStates: { readonly low: number; readonly value: number; readonly high: number };
  readonly currents?: Currents;
  readonly use: string;
}

interface LinkBase {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  readonly source?: string;
  /** Round-trip time, in milliseconds. */
  readonly rtt: { readonly low: number; readonly value: number; readonly high: number };
  /** Probability that a frame or segment is lost, 0 to below 1. */
  readonly loss: number;
  /** Whether the device's end is a radio: only then is there time on air. */
  readonly radio: boolean;
}

/** Frames with a fixed payload and a cost each: BLE, 802.15.4, UART. */
export interface FrameLink extends LinkBase {
  readonly kind: 'frames';
  /** Bytes of ours in one full frame. */
  readonly payloadBytes: number;
  /**
   * Bytes around them on the air or wire, in every frame: preamble, access address, header and CRC of BLE with L2CAP
   * and ATT in them [Bluetooth Core Specification, volume 6 part B §2.1]; synchronisation, MAC, 6LoWPAN and UDP headers
   * of IEEE 802.15.4.
   */
  readonly overheadBytes: number;
  readonly bitsPerSecond: number;
  /**
   * What follows each frame before the next can start, in milliseconds: inter-frame spaces and the other side's empty
   * packet of BLE [Bluetooth Core Specification, volume 6 part B §4.1]; back-off, turnaround and acknowledgement of
   * IEEE 802.15.4.
   */
  readonly gapMilliseconds: number;
  /** A frame may start only this often, in milliseconds: BLE with one packet per connection interval. */
  readonly intervalMilliseconds?: number;
  /** Bytes of ours in the first frame of a datagram, or of the message, where its headers are larger [RFC 4944 §5.3]. */
  readonly firstPayloadBytes?: number;
  /** The message travels in datagrams of at most this many bytes (DTLS in UDP), each in frames of its own. */
  readonly datagramBytes?: number;
  /**
   * Nothing below repeats a lost frame: it loses its whole datagram, which a timer sends again [RFC 9147 §5.8]. Without
   * this each frame is acknowledged and repeated by itself (BLE, IEEE 802.15.4 with acknowledgement).
   */
  readonly unacknowledged?: true;
}

/** CAN FD with ISO-TP on it [ISO 11898-1; ISO 15765-2]: 64-byte data fields, 11-bit identifiers. */
export interface CanFdLink extends LinkBase {
  readonly kind: 'can-fd';
  /** Rate of arbitration and acknowledgement. */
  readonly nominalBitsPerSecond: number;
  /** Rate of the data phase. */
  readonly dataBitsPerSecond: number;
  /** Least time between consecutive frames that the receiver asks for (STmin). */
  readonly separationMilliseconds: number;
}

/** LoRa modulation with a duty cycle [Semtech AN1200.13; LoRaWAN Regional Parameters RP002]. */
export interface LoraLink extends LinkBase {
  readonly kind: 'lora';
  readonly spreadingFactor: 7 | 8 | 9 | 10 | 11 | 12;
  readonly bandwidthHertz: number;
  /** 1 for 4/5 ... 4 for 4/8. */
  readonly codingRate: 1 | 2 | 3 | 4;
  readonly payloadBytes: number;
  /** LoRaWAN header and integrity code: 13. */
  readonly overheadBytes: number;
  /** Share of the time a device may send, as 0.01. */
  readonly dutyCycle: number;
}

/** A stream with a rate in each direction over segments: NB-IoT, LTE-M, Ethernet, Wi-Fi; TCP or QUIC on it. */
export interface StreamLink extends LinkBase {
  readonly kind: 'stream';
  readonly transport: 'quic' | 'tcp';
  readonly upBitsPerSecond: number;
  readonly downBitsPerSecond: number;
  /** Bytes of ours in one segment. */
  readonly segmentBytes: number;
  /** Segments in the first flight: 10 [RFC 6928]; 1 for constrained stacks [RFC 9006]. */
  readonly initialWindowSegments: number;
  /** The window never grows: each window costs a round trip [RFC 9006]. */
  readonly fixedWindow: boolean;
  /** How often coverage enhancement sends every block (NB-IoT, LTE-M); the rates are those without. Default once. */
  readonly repetitions?: { readonly low: number; readonly value: number; readonly high: number };
}

/** A link profile. */
export type Link = CanFdLink | FrameLink | LoraLink | StreamLink;

/** Flash of a whole TLS 1.3 client. */
export interface Footprint {
  readonly stack: string;
  readonly client: string;
  readonly core: Core;
  readonly flashBytes: number;
  readonly stackBytes?: number;
  readonly status: Status;
  readonly source: string;
}

/** Everything predictions are made from. */
export interface CostData {
  readonly sources: readonly Source[];
  readonly rows: readonly CostRow[];
  readonly devices: readonly Device[];
  readonly links: readonly Link[];
  readonly footprints: readonly Footprint[];
}
