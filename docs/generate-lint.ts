/** Prints docs/lint.md: the rules of lint for people. Output depends on the table of rules alone. */
import { LINT_RULES, type LintRule } from '../src/certificates/index.ts';

const SUBJECTS: readonly (readonly [LintRule['subject'], title: string, text: string])[] = [
  [
    'certificate',
    'Certificates',
    'By `lintCertificate`, and by `lintChain` for each certificate of a chain. Whether the signature holds is not asked here: that is what path validation is for.',
  ],
  [
    'chain',
    'Chains',
    'By `lintChain`, on the certificates as they are sent, the leaf first. Budgets are given by the caller; without one the rules on size are silent.',
  ],
  ['key', 'Private keys', 'By `lintKey`, which imports the key to see that its parts belong together.'],
];

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);

function table(rules: readonly LintRule[]): string {
  return [
    '| Rule | Severity | Section | What it finds |',
    '| --- | --- | --- | --- |',
    ...rules.map(
      ({ id, severity, section, description }) =>
        `| \`${id}\` | ${severity} | ${cell(section)} | ${cell(description)} |`,
    ),
  ].join('\n');
}

const document = [
  '# Lint',
  `The ${LINT_RULES.length} rules of \`hybridge cert lint\`, printed from their table. Ids do not change between versions; a finding names the rule, where it fired, what it saw and the section behind it, which depends on the algorithm where several standards say the same.`,
  [
    '- **error**: the standard forbids it, or nobody can use it.',
    '- **warning**: it works, and should not be so.',
    '- **notice**: worth knowing, and often meant.',
  ].join('\n'),
  ...SUBJECTS.flatMap(([subject, title, text]) => [
    `## ${title}`,
    text,
    table(LINT_RULES.filter((rule) => rule.subject === subject)),
  ]),
];

console.log(document.join('\n\n'));
