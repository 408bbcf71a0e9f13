/** How attempts to connect from one place went: whether strong ones fail and weaker ones follow. */

import type { OfferStrength } from './strength.ts';

/** A weaker attempt belongs to a failure that is not older than this (milliseconds). */
const FOLLOWS_WITHIN = 30_000;
/** So many retried hellos in a row, each within {@link LOOP_PAUSE} of the one before and none finished, are a loop. */
const LOOP = 5;
const LOOP_PAUSE = 60_000;

/** What became known by the end of an attempt. */
export interface AttemptEvidence {
  /** Pairs of a failed attempt and a weaker one after it, with no strong session since the first; 0: this is no pair. */
  readonly pairs: number;
  /** How likely so many pairs are, by the history of the place. */
  readonly chance: number;
  /** The strongest offer from here, and the weaker one of the last pair. */
  readonly strong: string;
  readonly weak: string;
  /** Handshakes in a row in which another hello was asked for and none came to its end; 0 when they are no loop. */
  readonly loop: number;
}

/** An attempt under way. */
export interface Attempt {
  readonly offer: OfferStrength;
  readonly began: number;
  /** Whether it is weaker than one that failed just before. */
  readonly follows: boolean;
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly result: 'established' | 'failed' | 'refused';
  readonly helloRetry: boolean;
}

/**
 * The attempts from one address to one server name. The chance of a pair is that of a strong attempt to fail times that
 * of an attempt to be weaker, both by the rule of succession from all other attempts: where connections fail all the
 * time, or strong and weak devices share the address, pairs mean little.
 */
export class Attempts {
  #best: OfferStrength | undefined;
  #strong = 0;
  #failed = 0;
  #weak = 0;
  #pairs = 0;
  #failedAt = -Infinity;
  #weakAt = -Infinity;
  #weakText = '';
  #loop = 0;
  #loopAt = -Infinity;

  /** An attempt begins. */
  begin(offer: OfferStrength, now: number): Attempt {
    if (this.#best === undefined || offer.rank > this.#best.rank) this.#rise(offer);
    if (!this.#isWeak(offer)) return { offer, began: now, follows: false };
    const follows = now - this.#failedAt <= FOLLOWS_WITHIN;
    this.#failedAt = -Infinity;
    this.#weakAt = now;
    this.#weakText = offer.text;
    return { offer, began: now, follows };
  }

  /** An attempt ends. */
  end({ offer, began, follows }: Attempt, { result, helloRetry }: AttemptEnd, now: number): AttemptEvidence {
    let paired = false;
    if (this.#isWeak(offer)) {
      paired = follows;
      if (!follows) this.#weak++;
    } else if (result === 'established') this.#succeed();
    else if (result === 'failed') {
      // A peer that waited in vain has begun a weaker attempt before this one was known to have failed.
      paired = this.#weakAt > began && this.#weakAt - began <= FOLLOWS_WITHIN;
      if (!paired) this.#fail(now);
    }
    if (paired) {
      this.#pairs++;
      this.#weakAt = -Infinity;
    }
    const unfinished = result !== 'established' && helloRetry;
    this.#loop = !unfinished ? 0 : now - this.#loopAt <= LOOP_PAUSE ? this.#loop + 1 : 1;
    this.#loopAt = now;
    const failure = (this.#failed + 1) / (this.#strong + 2);
    const weaker = (this.#weak + 1) / (this.#strong + this.#weak + 2);
    return {
      pairs: paired ? this.#pairs : 0,
      chance: (failure * weaker) ** this.#pairs,
      strong: this.#best?.text ?? '',
      weak: this.#weakText,
      loop: this.#loop >= LOOP ? this.#loop : 0,
    };
  }

  #isWeak({ rank }: OfferStrength): boolean {
    return this.#best !== undefined && rank < this.#best.rank;
  }

  /** What was strong so far is weak from now on. */
  #rise(offer: OfferStrength): void {
    this.#weak += this.#strong;
    this.#strong = 0;
    this.#failed = 0;
    this.#pairs = 0;
    this.#failedAt = -Infinity;
    this.#best = offer;
  }

  /** Whatever failed before, strong sessions are possible: the pairs are part of the history now. */
  #succeed(): void {
    this.#strong += this.#pairs + 1;
    this.#failed += this.#pairs;
    this.#weak += this.#pairs;
    this.#pairs = 0;
    this.#failedAt = -Infinity;
  }

  /** Trying again with as much is what everybody does: of several failures, the last may belong to a pair. */
  #fail(now: number): void {
    if (this.#failedAt !== -Infinity) {
      this.#strong++;
      this.#failed++;
    }
    this.#failedAt = now;
  }
}
