/** From a captured frame to the TCP segment in it. Whatever is no TCP over IP gives `undefined`. */

/** A TCP segment; views of the frame. */
export interface Segment {
  readonly source: Uint8Array;
  readonly sourcePort: number;
  readonly destination: Uint8Array;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
  readonly payload: Uint8Array;
}

/** LINKTYPE values, and how many bytes come before the network layer. */
const LINK = {
  null: 0,
  ethernet: 1,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
} as const;

const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd } as const;
/** Tags of VLANs, which stand before the real type: 802.1Q, 802.1ad, and what was used before that. */
const VLAN_TAGS: readonly number[] = [0x8100, 0x88a8, 0x9100];
const MAX_VLAN_TAGS = 4;

const PROTOCOL = { hopByHop: 0, tcp: 6, routing: 43, fragment: 44, authentication: 51, options: 60 } as const;
const MAX_EXTENSION_HEADERS = 16;

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** The TCP segment in a frame. */
export function segmentOf(linkType: number, frame: Uint8Array): Segment | undefined {
  const packet = networkLayer(linkType, frame);
  if (packet === undefined) return undefined;
  switch ((packet[0] ?? 0) >>> 4) {
    case 4:
      return ipv4(packet);
    case 6:
      return ipv6(packet);
    default:
      return undefined;
  }
}

function networkLayer(linkType: number, frame: Uint8Array): Uint8Array | undefined {
  switch (linkType) {
    case LINK.raw:
    case LINK.rawBsd:
    case LINK.rawOpenBsd:
    case LINK.ipv4:
    case LINK.ipv6:
      return frame;
    // An address family, whose numbers and byte order depend on the system; the packet tells the same.
    case LINK.null:
    case LINK.loop:
      return frame.subarray(4);
    case LINK.linuxSll:
      return isIp(u16(frame, 14)) ? frame.subarray(16) : undefined;
    case LINK.linuxSll2:
      return isIp(u16(frame, 0)) ? frame.subarray(20) : undefined;
    case LINK.ethernet:
      return ethernet(frame);
    default:
      return undefined;
  }
}

function isIp(type: number): boolean {
  return type === ETHERTYPE.ipv4 || type === ETHERTYPE.ipv6;
}

function ethernet(frame: Uint8Array): Uint8Array | undefined {
  let at = 12;
  for (let tags = 0; tags < MAX_VLAN_TAGS && VLAN_TAGS.includes(u16(frame, at)); tags++) at += 4;
  return isIp(u16(frame, at)) ? frame.subarray(at + 2) : undefined;
}

function ipv4(packet: Uint8Array): Segment | undefined {
  const header = ((packet[0] ?? 0) & 0x0f) * 4;
  // Zero where the network card is to cut the packet up.
  const total = u16(packet, 2) || packet.length;
  const fragmented = (u16(packet, 6) & 0x3fff) !== 0;
  if (header < 20 || total < header || fragmented || packet[9] !== PROTOCOL.tcp) return undefined;
  // Ethernet pads short packets, so the length counts and not the frame.
  return tcp(packet.subarray(header, total), packet.subarray(12, 16), packet.subarray(16, 20));
}

function ipv6(packet: Uint8Array): Segment | undefined {
  const length = u16(packet, 4);
  const end = length === 0 ? packet.length : 40 + length;
  let next = packet[6];
  let at = 40;
  for (let headers = 0; headers < MAX_EXTENSION_HEADERS && at < end; headers++) {
    switch (next) {
      case PROTOCOL.tcp:
        return tcp(packet.subarray(at, end), packet.subarray(8, 24), packet.subarray(24, 40));
      case PROTOCOL.fragment:
        if ((u16(packet, at + 2) & 0xfff9) !== 0) return undefined;
        next = packet[at];
        at += 8;
        break;
      case PROTOCOL.hopByHop:
      case PROTOCOL.routing:
      case PROTOCOL.options:
        next = packet[at];
        at += 8 * ((packet[at + 1] ?? 0) + 1);
        break;
      case PROTOCOL.authentication:
        next = packet[at];
        at += 4 * ((packet[at + 1] ?? 0) + 2);
        break;
      default:
        return undefined;
    }
  }
  return undefined;
}

function tcp(segment: Uint8Array, source: Uint8Array, destination: Uint8Array): Segment | undefined {
  if (segment.length < 20) return undefined;
  const header = ((segment[12] ?? 0) >>> 4) * 4;
  if (header < 20 || header > segment.length) return undefined;
  const flags = segment[13] ?? 0;
  return {
    source,
    sourcePort: u16(segment, 0),
    destination,
    destinationPort: u16(segment, 2),
    sequence: ((u16(segment, 4) << 16) | u16(segment, 6)) >>> 0,
    fin: (flags & 0x01) !== 0,
    syn: (flags & 0x02) !== 0,
    rst: (flags & 0x04) !== 0,
    ack: (flags & 0x10) !== 0,
    payload: segment.subarray(header),
  };
}
