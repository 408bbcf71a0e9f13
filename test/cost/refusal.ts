import { expect } from 'vitest';
import type { ErrorCode } from '../../src/bytes/index.ts';
import { caught } from '../support/caught.ts';

/** Expects an error with this code, message and, where one is named, hint. */
export function expectRefusal(
  work: () => unknown,
  code: ErrorCode,
  message: RegExp,
  hint: RegExp = /(?:)/,
): void {
  const error = caught(work);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.hint ?? '').toMatch(hint);
}
