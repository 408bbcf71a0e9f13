/** What a rule is, and what it finds. */
import { printable } from '../text.ts';

/**
 * - `error`: the standard forbids it, or nobody can use it.
 * - `warning`: it works, and should not be so.
 * - `notice`: worth knowing.
 */
export type LintSeverity = 'error' | 'notice' | 'warning';

/** Something that a rule found. */
export interface LintFinding {
  /** The rule's id, which does not change between versions. */
  readonly rule: string;
  readonly severity: LintSeverity;
  /** What is wrong here, with the values that are. */
  readonly text: string;
  /** The section that says so, such as `RFC 9881 §2`. */
  readonly section: string;
  /** The field, such as `extensions.keyUsage`; of a chain with its certificate, `certificates[1].validity`. */
  readonly where: string;
}

/** A rule as people read it. */
export interface LintRule {
  readonly id: string;
  /** What it looks at. */
  readonly subject: 'certificate' | 'chain' | 'key';
  readonly severity: LintSeverity;
  /** The section behind it; a finding names another one where that depends on the algorithm. */
  readonly section: string;
  /** What it finds, and why that matters. */
  readonly description: string;
}

/** What a check has to say. */
export interface Complaint {
  readonly where: string;
  readonly text: string;
  /** In place of the rule's own section. */
  readonly section?: string;
}

/** A rule with its check: a pure function of facts. */
export interface Rule<Facts> extends LintRule {
  readonly check: (facts: Facts) => readonly Complaint[];
}

/** No complaint. */
export const FINE: readonly Complaint[] = Object.freeze([]);

/** One complaint where a condition holds. */
export function when(
  condition: boolean,
  where: string,
  text: string,
  section?: string,
): readonly Complaint[] {
  if (!condition) return FINE;
  return [section === undefined ? { where, text } : { where, text, section }];
}

/** What all rules of a table find. */
export function apply<Facts>(rules: readonly Rule<Facts>[], facts: Facts): readonly LintFinding[] {
  return rules.flatMap(({ id, severity, section, check }) =>
    check(facts).map((complaint) => ({
      rule: id,
      severity,
      // It may quote the certificate.
      text: printable(complaint.text),
      section: complaint.section ?? section,
      where: complaint.where,
    })),
  );
}
