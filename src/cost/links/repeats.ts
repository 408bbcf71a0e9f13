/**
 * What loss costs. Losses are taken as independent of each other, which a fading radio is not: they come in bursts, and
 * then fewer messages are hit, each of them harder.
 */
import { type Band, NOTHING } from './band.ts';

/** The quantile of the normal distribution that one in a hundred exceeds. */
const ONE_IN_A_HUNDRED = 2.326;

/**
 * How many sends are repeats, where each of `pieces` is sent until it arrives and each send is lost with probability
 * `loss`: geometric, so `loss / (1 - loss)` for each on average. Least: none is lost. Most: what one in a hundred
 * exceeds, by the normal approximation of the negative binomial distribution, rounded up.
 */
export function repeatsOf(pieces: number, loss: number): Band {
  if (pieces === 0 || loss === 0) return NOTHING;
  const mean = (pieces * loss) / (1 - loss);
  const deviation = Math.sqrt(pieces * loss) / (1 - loss);
  return { low: 0, value: mean, high: Math.ceil(mean + ONE_IN_A_HUNDRED * deviation) };
}

/** The probability that one of `fragments` is lost, and with it the datagram: `1 - (1 - loss)^fragments`. */
export function datagramLoss(fragments: number, loss: number): number {
  return 1 - (1 - loss) ** fragments;
}

/** The first retransmission timer of DTLS 1.3 and the most it doubles to, in milliseconds [RFC 9147 §5.8.2]. */
const FIRST_TIMER = 1000;
const LONGEST_TIMER = 60_000;

/**
 * What a flight of `datagrams` waits for the retransmission timer, each of them lost with probability `loss` and only the
 * lost ones sent again [RFC 9147 §7]: one second, doubled at every expiry up to sixty.
 */
export function timerWait(datagrams: number, loss: number): Band {
  if (datagrams === 0 || loss === 0) return NOTHING;
  let mean = 0;
  let high = 0;
  let timer = FIRST_TIMER;
  let left = loss; // the probability that one datagram is still missing
  for (let missing = 1; missing > 1e-9; left *= loss) {
    missing = 1 - (1 - left) ** datagrams;
    mean += missing * timer;
    if (missing > 0.01) high += timer;
    timer = Math.min(2 * timer, LONGEST_TIMER);
  }
  return { low: 0, value: mean, high: Math.max(mean, high) };
}
