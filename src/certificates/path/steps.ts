import type { PathCheck, PathFailure, PathStep } from './types.ts';

/** The steps of one path as they are taken. */
export class Steps {
  readonly #list: PathStep[] = [];
  #failure: (PathStep & { readonly verdict: 'fail' }) | undefined;

  /** All of them, in their order. */
  get list(): readonly PathStep[] {
    return this.#list;
  }

  /** The first one that failed. */
  get failure(): (PathStep & { readonly verdict: 'fail' }) | undefined {
    return this.#failure;
  }

  /** What is to be warned of. */
  get warnings(): readonly string[] {
    return this.#list.flatMap(({ certificate, verdict, text }) =>
      verdict === 'warn' ? [`${certificate}: ${text}`] : [],
    );
  }

  pass(certificate: number, check: PathCheck, text: string, section: string): void {
    this.#list.push({ certificate, check, verdict: 'pass', text, section });
  }

  warn(certificate: number, check: PathCheck, text: string, section: string): void {
    this.#list.push({ certificate, check, verdict: 'warn', text, section });
  }

  fail(certificate: number, check: PathCheck, reason: PathFailure, text: string, section: string): void {
    const step = { certificate, check, verdict: 'fail', reason, text, section } as const;
    this.#failure ??= step;
    this.#list.push(step);
  }
}
