/** Capture files as tests need them: made from segments, or freed of what they tell about a machine. */

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;
const TIME_RESOLUTION = 9;

function block(type: number, body: Uint8Array): Uint8Array {
  const padded = Math.ceil(body.length / 4) * 4;
  const bytes = new Uint8Array(12 + padded);
  const fields = new DataView(bytes.buffer);
  fields.setUint32(0, type, true);
  fields.setUint32(4, bytes.length, true);
  bytes.set(body, 8);
  fields.setUint32(8 + padded, bytes.length, true);
  return bytes;
}

/** A little-endian pcapng file with the interfaces and packets of this one, and no word on who captured it where. */
export function withoutTraces(capture: Uint8Array): Uint8Array {
  const fields = new DataView(capture.buffer, capture.byteOffset, capture.byteLength);
  if (fields.getUint32(0) !== SECTION) return capture;
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < capture.length; at += fields.getUint32(at + 4, true)) {
    const type = fields.getUint32(at, true);
    const length = fields.getUint32(at + 4, true);
    if (type === SECTION) {
      const body = capture.slice(at + 8, at + 24);
      blocks.push(block(SECTION, body));
    } else if (type === INTERFACE) {
      const body = [...capture.subarray(at + 8, at + 16)];
      for (let option = at + 16; option + 4 <= at + length - 4;) {
        const code = fields.getUint16(option, true);
        const size = Math.ceil(fields.getUint16(option + 2, true) / 4) * 4;
        if (code === TIME_RESOLUTION) body.push(...capture.subarray(option, option + 4 + size), 0, 0, 0, 0);
        option += 4 + size;
      }
      blocks.push(block(INTERFACE, Uint8Array.from(body)));
    } else if (type === ENHANCED_PACKET) blocks.push(capture.subarray(at, at + length));
  }
  return Buffer.concat(blocks);
}

/** A frame to be captured. */
export interface Frame {
  readonly data: Uint8Array;
  /** Microseconds since 1970. */
  readonly time?: number;
}

/** How a capture file is written. */
export interface CaptureForm {
  readonly format: 'pcap' | 'pcap-ns' | 'pcapng' | 'pcapng-simple';
  readonly little: boolean;
  readonly linkType: number;
}

/** A capture file. */
export function captureOf(frames: readonly Frame[], { format, little, linkType }: CaptureForm): Uint8Array {
  const u16 = (value: number): Uint8Array => {
    const bytes = new Uint8Array(2);
    new DataView(bytes.buffer).setUint16(0, value, little);
    return bytes;
  };
  const u32 = (...values: readonly number[]): Uint8Array => {
    const bytes = new Uint8Array(4 * values.length);
    values.forEach((value, index) => {
      new DataView(bytes.buffer).setUint32(4 * index, value, little);
    });
    return bytes;
  };
  const padding = (length: number): Uint8Array => new Uint8Array((4 - (length % 4)) % 4);
  const pcapngBlock = (type: number, ...parts: readonly Uint8Array[]): Uint8Array => {
    const body = Buffer.concat(parts);
    const total = 12 + body.length + padding(body.length).length;
    return Buffer.concat([u32(type, total), body, padding(body.length), u32(total)]);
  };
  if (format === 'pcap' || format === 'pcap-ns') {
    const unit = format === 'pcap' ? 1 : 1000;
    return Buffer.concat([
      u32(format === 'pcap' ? 0xa1b2c3d4 : 0xa1b23c4d),
      u16(2),
      u16(4),
      u32(0, 0, 262_144, linkType),
      ...frames.flatMap(({ data, time = 0 }) => [
        u32(Math.floor(time / 1e6), (time % 1e6) * unit, data.length, data.length),
        data,
      ]),
    ]);
  }
  return Buffer.concat([
    pcapngBlock(SECTION, u32(0x1a2b3c4d), u16(1), u16(0), u32(0xffffffff, 0xffffffff)),
    pcapngBlock(INTERFACE, u16(linkType), u16(0), u32(0)),
    // A block that is of no interest.
    pcapngBlock(0x0bad, u32(1, 2, 3)),
    ...frames.map(({ data, time = 0 }) =>
      format === 'pcapng'
        ? pcapngBlock(
            ENHANCED_PACKET,
            u32(0, Math.floor(time / 2 ** 32), time % 2 ** 32, data.length, data.length),
            data,
          )
        : pcapngBlock(3, u32(data.length), data),
    ),
  ]);
}

/** A TCP segment between two ends; flags as TCP has them. */
export interface TestSegment {
  readonly from: 'client' | 'server';
  readonly sequence: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

export const SYN = 2;
export const ACK = 16;
export const FIN = 1;
export const RST = 4;

function big(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >>> 8, value & 0xff]));
}

/** The IP packet of a segment, between 192.0.2.1:40000 and 192.0.2.2:443 or the same in 2001:db8::/32. */
export function ipPacket(
  { from, sequence, flags, payload }: TestSegment,
  family: 4 | 6 = 4,
  clientPort = 40_000,
): Uint8Array {
  const ports = from === 'client' ? [clientPort, 443] : [443, clientPort];
  const tcp = Buffer.concat([
    big(...ports, sequence >>> 16, sequence & 0xffff, 0, 0, (5 << 12) | flags, 1024, 0, 0),
    payload,
  ]);
  const hosts = from === 'client' ? [1, 2] : [2, 1];
  if (family === 4)
    return Buffer.concat([
      big(0x4500, 20 + tcp.length, 0, 0x4000, 0x4006, 0),
      ...hosts.map((host) => Uint8Array.of(192, 0, 2, host)),
      tcp,
    ]);
  return Buffer.concat([
    big(0x6000, 0, tcp.length, 0x0640),
    ...hosts.map((host) => Uint8Array.of(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host)),
    tcp,
  ]);
}

/** A frame around an IP packet, as an interface of that LINKTYPE delivers it. */
export function frameOf(linkType: number, packet: Uint8Array): Uint8Array {
  const type = (packet[0] ?? 0) >> 4 === 4 ? 0x0800 : 0x86dd;
  switch (linkType) {
    case 0:
      return Buffer.concat([Uint8Array.of(type === 0x0800 ? 2 : 24, 0, 0, 0), packet]);
    case 1:
      // Padded at the end, as Ethernet does with short frames.
      return Buffer.concat([new Uint8Array(12), big(type), packet, new Uint8Array(6)]);
    case 108:
      return Buffer.concat([Uint8Array.of(0, 0, 0, type === 0x0800 ? 2 : 24), packet]);
    case 113:
      return Buffer.concat([new Uint8Array(14), big(type), packet]);
    case 276:
      return Buffer.concat([big(type), new Uint8Array(18), packet]);
    default:
      return packet;
  }
}
