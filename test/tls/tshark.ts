/** tshark as a peer: what it makes of the hellos and alerts in a capture. */
import { askPeer } from '../support/peers.ts';

/** The fields that are asked for; each has a list of values, in the order of the wire. */
export const FIELDS = [
  'frame.number',
  'tcp.stream',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'tcp.srcport',
  'tcp.dstport',
  'tls.handshake.type',
  'tls.handshake.version',
  'tls.handshake.random',
  'tls.handshake.session_id',
  'tls.handshake.ciphersuite',
  'tls.handshake.comp_method',
  'tls.handshake.extension.type',
  'tls.handshake.extensions_server_name',
  'tls.handshake.extensions_alpn_str',
  'tls.handshake.extensions_supported_group',
  'tls.handshake.sig_hash_alg',
  'tls.handshake.extensions.supported_version',
  'tls.handshake.extensions_key_share_group',
  'tls.handshake.extensions_key_share_key_exchange_length',
  'tls.handshake.extensions_key_share_selected_group',
  'tls.handshake.extensions.psk.identity.identity_length',
  'tls.handshake.extensions.psk.identity.selected',
  'tls.extension.psk_ke_mode',
  'tls.handshake.server_named_curve',
  'tls.handshake.ja3_full',
  'tls.handshake.ja3',
  'tls.handshake.ja4',
  'tls.alert_message.level',
  'tls.alert_message.desc',
] as const;

/** One frame in which a hello, a ServerKeyExchange or an alert ends. */
export type TsharkFrame = Readonly<Partial<Record<(typeof FIELDS)[number], readonly string[]>>>;

/** The frames of a capture with a hello, a ServerKeyExchange or an alert. */
export async function askTshark(file: string): Promise<readonly TsharkFrame[]> {
  const filter =
    'tls.handshake.type == 1 || tls.handshake.type == 2 || tls.handshake.type == 12 || tls.alert_message';
  const out = await askPeer('peer-tshark', [
    ...['-n', '-r', file, '-Y', filter, '-T', 'json', '--no-duplicate-keys'],
    // Nothing is TLS by its port here.
    ...FIELDS.flatMap((field) => ['-e', field]),
  ]);
  const frames: unknown = JSON.parse(Buffer.from(out).toString('utf8'));
  if (!Array.isArray(frames)) throw new Error('tshark: no list of frames');
  return frames.map((frame: { readonly _source: { readonly layers: TsharkFrame } }) => frame._source.layers);
}
