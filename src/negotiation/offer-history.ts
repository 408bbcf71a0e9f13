/** Whether a run of weaker offers is what the history of a peer leads one to expect. */
import type { OfferStrength } from './strength.ts';

/** After so long (milliseconds) without its best offer, what a peer offers now is the best that it has. */
const FORGOTTEN_AFTER = 7 * 86_400_000;

/** What became known by an offer. */
export interface OfferEvidence {
  readonly best: OfferStrength;
  /** The shape (JA4) of the hello that made the best offer. */
  readonly bestShape: string | undefined;
  readonly bestSeenAt: number;
  /** Slots in which the best offer was made. */
  readonly slots: number;
  /** Slots in a row, until now, in which only weaker offers were made; 0 when this offer is as good as any. */
  readonly run: number;
  /** How likely such a run is, by this peer's history. */
  readonly chance: number;
}

/**
 * The offers of one peer, or of those who cannot be told apart. Time is counted in slots: in one slot a hundred
 * connections say no more than one, since they are mostly one device that tries again and again. A slot begins with the first connection
 * after the one before has ended. It is _good_ when the best offer was made in it, and
 * _mixed_ when a weaker one was made in it as well. By the rule of succession the chance that the next slot has weaker
 * offers is `(mixed or weak slots + 1) / (slots + 2)`, and that of a run is its power: two devices behind one address
 * soon make runs likely, and a device that always offered the same makes two slots remarkable.
 */
export class OfferHistory {
  readonly #length: number;
  #best: OfferStrength | undefined;
  #bestShape: string | undefined;
  #bestSeenAt = -Infinity;
  #slots = 0;
  #weakSlots = 0;
  #run = 0;
  #slotBegan = -Infinity;
  #slotIsGood = false;
  #slotIsWeak = false;

  /** Slots of so many milliseconds. */
  constructor(length: number) {
    this.#length = length;
  }

  /** Takes an offer into account, and tells what it means. */
  see(offer: OfferStrength, shape: string | undefined, now: number): OfferEvidence {
    if (this.#best === undefined || now - this.#bestSeenAt > FORGOTTEN_AFTER) this.#begin(offer);
    const best = this.#best ?? offer;
    if (offer.rank > best.rank) {
      // All that was good so far is weaker than this.
      this.#weakSlots = this.#slots;
      this.#slotIsWeak ||= this.#slotIsGood;
      this.#slotIsGood = false;
      this.#best = offer;
    }
    if (now - this.#slotBegan >= this.#length) {
      this.#slotBegan = now;
      this.#slotIsGood = false;
      this.#slotIsWeak = false;
    }
    if (offer.rank >= best.rank) this.#good(shape, now);
    else this.#weak();
    return {
      best: this.#best ?? offer,
      bestShape: this.#bestShape,
      bestSeenAt: this.#bestSeenAt,
      slots: this.#slots,
      run: this.#run,
      chance: ((this.#weakSlots + 1) / (this.#slots + 2)) ** this.#run,
    };
  }

  #begin(offer: OfferStrength): void {
    this.#best = offer;
    this.#slots = 0;
    this.#weakSlots = 0;
    this.#run = 0;
    this.#slotBegan = -Infinity;
  }

  #good(shape: string | undefined, now: number): void {
    this.#bestShape = shape;
    this.#bestSeenAt = now;
    if (this.#slotIsGood) return;
    this.#slotIsGood = true;
    // The run is over, and part of the history now; the slot at hand may have been its last.
    const ended = this.#slotIsWeak ? this.#run - 1 : this.#run;
    this.#weakSlots += Math.max(0, ended) + (this.#slotIsWeak ? 1 : 0);
    this.#slots += Math.max(0, ended) + 1;
    this.#run = 0;
  }

  #weak(): void {
    if (this.#slotIsWeak) return;
    this.#slotIsWeak = true;
    if (this.#slotIsGood) this.#weakSlots++;
    else this.#run++;
  }
}
