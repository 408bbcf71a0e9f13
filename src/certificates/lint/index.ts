/** Lint: rules as data, each with an id that stays, a severity and the section behind it. */
import { CERTIFICATE_RULES } from './certificate.ts';
import { CHAIN_RULES } from './chain.ts';
import { UNREADABLE_RULES } from './encoding-rules.ts';
import { KEY_RULES } from './key.ts';
import type { LintRule } from './rule.ts';

export { lintCertificate, type LintInput, type LintOptions } from './certificate.ts';
export { type ChainBudget, type ChainLintOptions, lintChain } from './chain.ts';
export { lintKey } from './key.ts';
export type { LintFinding, LintRule, LintSeverity } from './rule.ts';

/** All rules, those on certificates first, then on chains and on keys. */
export const LINT_RULES: readonly LintRule[] = Object.freeze(
  [...UNREADABLE_RULES, ...CERTIFICATE_RULES, ...CHAIN_RULES, ...KEY_RULES].map(
    ({ id, subject, severity, section, description }) =>
      Object.freeze({ id, subject, severity, section, description }),
  ),
);
