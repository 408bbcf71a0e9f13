/** How often something may be reported: what an attacker can cause by the thousand fills no log. */
export class Throttle {
  readonly #interval: number;
  #last = -Infinity;
  #unsaid = 0;

  /** @param interval - Milliseconds between two reports. */
  constructor(interval: number) {
    this.#interval = interval;
  }

  /** How many were left out since the last report if this one may be made; `undefined` if it may not. */
  report(at: Date): number | undefined {
    const instant = at.getTime();
    if (Math.abs(instant - this.#last) < this.#interval) {
      this.#unsaid++;
      return undefined;
    }
    const unsaid = this.#unsaid;
    this.#last = instant;
    this.#unsaid = 0;
    return unsaid;
  }
}
