/** Packets of a capture file: the pcap format and its two time units, and pcapng [draft-ietf-opsawg-pcap(ng)]. */
import { HybridgeError } from '../../bytes/index.ts';
import { ByteQueue } from './byte-queue.ts';

/** A packet as it was captured; its data holds until the next one is asked for. */
export interface Packet {
  /** The LINKTYPE of the interface. */
  readonly linkType: number;
  /** Milliseconds since 1970; `undefined` where the file does not say. */
  readonly time: number | undefined;
  /** What was captured of it, which may be less than there was. */
  readonly data: Uint8Array;
}

/** The longest packet; what tcpdump captures is at most a quarter of it. */
const MAX_PACKET = 2 ** 20;
/** Interfaces that one section of a pcapng file may describe. */
const MAX_INTERFACES = 4096;

const PCAP_HEADER = 24;
const PCAP_PACKET_HEADER = 16;
/** LINKTYPE is the lower half of its field; above it is the length of frame check sequences. */
const LINK_TYPE_MASK = 0xffff;

/** By the first four bytes, read big-endian: byte order and units of time in a second. */
const PCAP_MAGIC: ReadonlyMap<number, { readonly little: boolean; readonly perSecond: number }> = new Map([
  [0xa1b2c3d4, { little: false, perSecond: 1e6 }],
  [0xd4c3b2a1, { little: true, perSecond: 1e6 }],
  [0xa1b23c4d, { little: false, perSecond: 1e9 }],
  [0x4d3cb2a1, { little: true, perSecond: 1e9 }],
]);

const BLOCK = {
  section: 0x0a0d0d0a,
  interface: 1,
  obsoletePacket: 2,
  simplePacket: 3,
  enhancedPacket: 6,
} as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Type and length before a block's body, the length again behind it. */
const BLOCK_HEADER = 8;
const BLOCK_TRAILER = 4;

function malformed(message: string, offset: number): HybridgeError {
  return new HybridgeError('invalid_encoding', `capture: ${message} at byte ${offset}`, {
    details: { offset },
  });
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads the packets of a capture.
 *
 * @throws HybridgeError `invalid_encoding` for what is no capture, or one that is cut off or damaged.
 */
export async function* packetsOf(source: AsyncIterator<Uint8Array, unknown>): AsyncGenerator<Packet> {
  const queue = new ByteQueue(source);
  if (!(await queue.fill(4))) throw malformed('neither pcap nor pcapng', 0);
  const magic = view(queue.peek(4)).getUint32(0);
  const pcap = PCAP_MAGIC.get(magic);
  if (pcap !== undefined) yield* pcapPackets(queue, pcap.little, pcap.perSecond);
  else if (magic === BLOCK.section) yield* pcapngPackets(queue);
  else throw malformed('neither pcap nor pcapng', 0);
}

async function* pcapPackets(queue: ByteQueue, little: boolean, perSecond: number): AsyncGenerator<Packet> {
  if (!(await queue.fill(PCAP_HEADER))) throw malformed('cut off in the file header', queue.position);
  const linkType = view(queue.take(PCAP_HEADER)).getUint32(20, little) & LINK_TYPE_MASK;
  for (;;) {
    if (!(await queue.fill(PCAP_PACKET_HEADER))) {
      if (queue.length === 0) return;
      throw malformed('cut off in a packet header', queue.position);
    }
    const { position } = queue;
    const header = view(queue.take(PCAP_PACKET_HEADER));
    const seconds = header.getUint32(0, little);
    const fraction = header.getUint32(4, little);
    const length = header.getUint32(8, little);
    if (length > MAX_PACKET) throw malformed(`a packet of ${length} bytes`, position);
    if (!(await queue.fill(length))) throw malformed('cut off in a packet', queue.position);
    yield { linkType, time: seconds * 1e3 + (fraction / perSecond) * 1e3, data: queue.take(length) };
  }
}

/** What a section says of an interface. */
interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  /** Milliseconds in a unit of time. */
  readonly unit: number;
  /** Milliseconds to add. */
  readonly offset: number;
}

async function* pcapngPackets(queue: ByteQueue): AsyncGenerator<Packet> {
  let little = false;
  let interfaces: Interface[] = [];
  for (;;) {
    if (!(await queue.fill(BLOCK_HEADER + BLOCK_TRAILER))) {
      if (queue.length === 0) return;
      throw malformed('cut off in a block header', queue.position);
    }
    const { position } = queue;
    const header = view(queue.peek(BLOCK_HEADER + BLOCK_TRAILER));
    // The type of a section header reads the same in both byte orders; the first field of its body tells which.
    if (header.getUint32(0) === BLOCK.section) {
      const order = header.getUint32(BLOCK_HEADER);
      little = order !== BYTE_ORDER_MAGIC;
      if (little && header.getUint32(BLOCK_HEADER, true) !== BYTE_ORDER_MAGIC)
        throw malformed(`a section of byte order 0x${order.toString(16)}`, position);
      interfaces = [];
    }
    const type = header.getUint32(0, little);
    const total = header.getUint32(4, little);
    if (total < BLOCK_HEADER + BLOCK_TRAILER || total % 4 !== 0)
      throw malformed(`a block of ${total} bytes`, position);
    if (!isPacketBlock(type) && type !== BLOCK.interface) {
      if (!(await queue.skip(total))) throw malformed('cut off in a block', queue.position);
      continue;
    }
    if (total > MAX_PACKET) throw malformed(`a block of ${total} bytes`, position);
    if (!(await queue.fill(total))) throw malformed('cut off in a block', queue.position);
    const block = queue.take(total);
    if (view(block).getUint32(total - BLOCK_TRAILER, little) !== total)
      throw malformed('a block whose two lengths differ', position);
    const body = block.subarray(BLOCK_HEADER, total - BLOCK_TRAILER);
    if (type === BLOCK.interface) {
      if (interfaces.length === MAX_INTERFACES)
        throw malformed(`more than ${MAX_INTERFACES} interfaces`, position);
      interfaces.push(readInterface(body, little, position));
    } else yield readPacket(type, body, little, interfaces, position);
  }
}

function isPacketBlock(type: number): boolean {
  return type === BLOCK.enhancedPacket || type === BLOCK.simplePacket || type === BLOCK.obsoletePacket;
}

const OPTION = { end: 0, timeResolution: 9, timeOffset: 14 } as const;

function readInterface(body: Uint8Array, little: boolean, position: number): Interface {
  if (body.length < 8) throw malformed('an interface without its fields', position);
  const fields = view(body);
  let unit = 1e-3;
  let offset = 0;
  for (let at = 8; at + 4 <= body.length;) {
    const code = fields.getUint16(at, little);
    const length = fields.getUint16(at + 2, little);
    const value = at + 4;
    if (code === OPTION.end) break;
    if (value + length > body.length) throw malformed('an option longer than its block', position);
    if (code === OPTION.timeResolution && length === 1) {
      const resolution = fields.getUint8(value);
      // The top bit tells powers of two from powers of ten.
      unit = 1e3 * (resolution >= 0x80 ? 2 ** -(resolution & 0x7f) : 10 ** -resolution);
    } else if (code === OPTION.timeOffset && length === 8)
      offset = Number(fields.getBigInt64(value, little)) * 1e3;
    at = value + Math.ceil(length / 4) * 4;
  }
  return { linkType: fields.getUint16(0, little), snapLength: fields.getUint32(4, little), unit, offset };
}

function readPacket(
  type: number,
  body: Uint8Array,
  little: boolean,
  interfaces: readonly Interface[],
  position: number,
): Packet {
  const simple = type === BLOCK.simplePacket;
  const start = simple ? 4 : 20;
  if (body.length < start) throw malformed('a packet block without its fields', position);
  const fields = view(body);
  const index = simple
    ? 0
    : type === BLOCK.enhancedPacket
      ? fields.getUint32(0, little)
      : fields.getUint16(0, little);
  const from = interfaces[index];
  if (from === undefined) throw malformed(`a packet of interface ${index}, which is not described`, position);
  if (simple) {
    const original = fields.getUint32(0, little);
    const limit = from.snapLength === 0 ? original : Math.min(original, from.snapLength);
    return { linkType: from.linkType, time: undefined, data: body.subarray(4, 4 + limit) };
  }
  const length = fields.getUint32(12, little);
  if (start + length > body.length)
    throw malformed(`a packet of ${length} bytes in a shorter block`, position);
  const ticks = fields.getUint32(4, little) * 2 ** 32 + fields.getUint32(8, little);
  return {
    linkType: from.linkType,
    time: ticks * from.unit + from.offset,
    data: body.subarray(start, start + length),
  };
}
