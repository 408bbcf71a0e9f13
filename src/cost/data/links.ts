/** Link profiles. Bytes of framing are of the standards; round trips and loss are assumptions to be replaced. */
import type { FrameLink, Link, LoraLink, StreamLink } from './types.ts';

/**
 * Bluetooth LE: preamble, access address, header and CRC around the link payload, then L2CAP and ATT; after each packet
 * two inter-frame spaces of 150 us and an empty packet of the other side. Packets go back to back.
 */
function ble(
  phy: { readonly preambleBytes: number; readonly bitsPerSecond: number },
  link: Pick<FrameLink, 'id' | 'payloadBytes' | 'title'>,
): FrameLink {
  const around = phy.preambleBytes + 4 + 2 + 3;
  return {
    kind: 'frames',
    ...link,
    status: 'derived',
    source: 'ble-dle',
    rtt: { low: 7.5, value: 30, high: 100 },
    loss: 0,
    radio: true,
    overheadBytes: around + 4 + 3,
    bitsPerSecond: phy.bitsPerSecond,
    gapMilliseconds: 2 * 0.15 + (around * 8000) / phy.bitsPerSecond,
  };
}

const BLE_1M = { preambleBytes: 1, bitsPerSecond: 1_000_000 };
const BLE_2M = { preambleBytes: 2, bitsPerSecond: 2_000_000 };
const BLE_4_0 = ble(BLE_1M, {
  id: 'ble-4.0-att23',
  title: 'BLE 4.0, ATT MTU 23, back to back',
  payloadBytes: 20,
});
const BLE_4_2 = ble(BLE_1M, {
  id: 'ble-4.2-dle-1M',
  title: 'BLE 4.2 with data length extension, 1M PHY, back to back',
  payloadBytes: 244,
});
const BLE_5 = ble(BLE_2M, {
  id: 'ble-5-dle-2M',
  title: 'BLE 5 with data length extension, 2M PHY, back to back',
  payloadBytes: 244,
});

/** The stack sends one packet per connection interval. */
function onePerInterval(link: FrameLink, milliseconds: number): FrameLink {
  return {
    ...link,
    id: `${link.id}-ci${milliseconds}`,
    title: `${link.title.replace(', back to back', '')}, one packet per ${milliseconds} ms`,
    status: 'estimate',
    rtt: { low: milliseconds, value: 2 * milliseconds, high: 4 * milliseconds },
    intervalMilliseconds: milliseconds,
  };
}

/** LoRaWAN in Europe: 125 kHz, coding rate 4/5, 1 % duty cycle; 13 bytes of header and integrity code. */
function lorawan(
  dataRate: number,
  spreadingFactor: LoraLink['spreadingFactor'],
  payloadBytes: number,
): LoraLink {
  return {
    kind: 'lora',
    id: `lorawan-eu868-dr${dataRate}`,
    title: `LoRaWAN EU868 DR${dataRate} (SF${spreadingFactor}), 1 % duty cycle`,
    status: 'derived',
    source: 'lorawan',
    // The first receive window opens a second after the uplink.
    rtt: { low: 1000, value: 2000, high: 6000 },
    loss: 0,
    radio: true,
    spreadingFactor,
    bandwidthHertz: 125_000,
    codingRate: 1,
    payloadBytes,
    overheadBytes: 13,
    dutyCycle: 0.01,
  };
}

type Stream = Omit<StreamLink, 'fixedWindow' | 'initialWindowSegments' | 'kind' | 'loss' | 'transport'>;

function stream(link: Stream, transport: StreamLink['transport'] = 'tcp'): StreamLink {
  return { kind: 'stream', transport, loss: 0, initialWindowSegments: 10, fixedWindow: false, ...link };
}

/** Peak rates, where no block is repeated for coverage. */
const NB_IOT = stream({
  id: 'nb-iot-cat-nb1',
  title: 'NB-IoT Cat-NB1, good coverage',
  status: 'estimate',
  source: 'cellular',
  rtt: { low: 300, value: 1600, high: 10_000 },
  radio: true,
  downBitsPerSecond: 26_000,
  upBitsPerSecond: 62_000,
  segmentBytes: 1220,
});

export const LINKS: readonly Link[] = [
  lorawan(0, 12, 51),
  lorawan(3, 9, 115),
  lorawan(5, 7, 222),
  BLE_4_0,
  onePerInterval(BLE_4_0, 30),
  BLE_4_2,
  onePerInterval(BLE_4_2, 30),
  BLE_5,
  onePerInterval(BLE_5, 30),
  {
    kind: 'frames',
    id: 'ieee802154-6lowpan',
    title: 'IEEE 802.15.4 with 6LoWPAN, one hop',
    status: 'estimate',
    source: '154',
    rtt: { low: 10, value: 20, high: 100 },
    loss: 0,
    radio: true,
    // 133 bytes on air, of which link security, 6LoWPAN, IPv6 and UDP leave 80.
    payloadBytes: 80,
    overheadBytes: 53,
    bitsPerSecond: 250_000,
    // Mean initial back-off 1.12 ms, turnaround 0.192 ms, acknowledgement 0.352 ms.
    gapMilliseconds: 1.664,
  },
  NB_IOT,
  {
    ...NB_IOT,
    id: 'nb-iot-cat-nb1-deep',
    title: 'NB-IoT Cat-NB1, deep indoors',
    repetitions: { low: 8, value: 32, high: 128 },
  },
  stream({
    id: 'lte-m-cat-m1',
    title: 'LTE-M Cat-M1',
    status: 'estimate',
    source: 'cellular',
    rtt: { low: 50, value: 100, high: 150 },
    radio: true,
    downBitsPerSecond: 1_000_000,
    upBitsPerSecond: 1_000_000,
    segmentBytes: 1360,
  }),
  {
    kind: 'can-fd',
    id: 'can-fd-64',
    title: 'CAN FD, 500 kbit/s and 2 Mbit/s, ISO-TP in frames of 64 bytes',
    status: 'estimate',
    rtt: { low: 0.5, value: 1, high: 10 },
    loss: 0,
    radio: false,
    nominalBitsPerSecond: 500_000,
    dataBitsPerSecond: 2_000_000,
    separationMilliseconds: 0,
  },
  {
    kind: 'frames',
    id: 'uart-115200',
    title: 'UART, 115200 baud, 8N1',
    status: 'derived',
    rtt: { low: 0.1, value: 1, high: 10 },
    loss: 0,
    radio: false,
    // A stream of bytes: the pieces are those of a buffer and cost nothing.
    payloadBytes: 256,
    overheadBytes: 0,
    // Eight of ten bits are ours.
    bitsPerSecond: 92_160,
    gapMilliseconds: 0,
  },
  stream({
    id: 'tcp-iw10-ethernet',
    title: 'TCP over Ethernet, initial window of ten segments',
    status: 'derived',
    source: 'rfc6928',
    rtt: { low: 1, value: 20, high: 100 },
    radio: false,
    downBitsPerSecond: 100_000_000,
    upBitsPerSecond: 100_000_000,
    segmentBytes: 1460,
  }),
  stream({
    id: 'tcp-wifi',
    title: 'TCP over Wi-Fi and the Internet',
    status: 'estimate',
    source: 'rfc6928',
    rtt: { low: 10, value: 50, high: 200 },
    radio: true,
    downBitsPerSecond: 20_000_000,
    upBitsPerSecond: 10_000_000,
    segmentBytes: 1460,
  }),
  stream(
    {
      id: 'quic-wifi',
      title: 'QUIC over Wi-Fi and the Internet',
      status: 'estimate',
      rtt: { low: 10, value: 50, high: 200 },
      radio: true,
      downBitsPerSecond: 20_000_000,
      upBitsPerSecond: 10_000_000,
      segmentBytes: 1200,
    },
    'quic',
  ),
  {
    ...stream({
      id: 'tcp-1-mss-window-node',
      title: 'TCP on a constrained node with a window of one segment, 250 kbit/s',
      status: 'estimate',
      source: 'rfc9006',
      rtt: { low: 20, value: 100, high: 500 },
      radio: true,
      downBitsPerSecond: 250_000,
      upBitsPerSecond: 250_000,
      segmentBytes: 1220,
    }),
    initialWindowSegments: 1,
    fixedWindow: true,
  },
];
