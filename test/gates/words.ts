import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { gate, GateFailure, must, root } from './support.ts';

/** Reads every file of the repository for words that must not stand in it. */

interface Ban {
  readonly pattern: RegExp;
  readonly why: string;
  /** Where the words are allowed, because there they are denied. */
  readonly unless?: RegExp;
}

const bans: readonly Ban[] = [
  { pattern: /quantum[- ]proof/i, why: 'nothing is; say which attack on which assumption' },
  {
    pattern: /FIPS[- ](?:140[- ]\d[- ])?(?:validated|certified|compliant)/i,
    why: 'no laboratory has validated this',
  },
  { pattern: /\b(?:fully|is|are|be) compliant\b/i, why: 'name the document and section that is implemented' },
  {
    pattern: /\bconstant[- ]time\b/i,
    why: 'JavaScript cannot promise it',
    unless: /\b(?:not?|cannot|never|neither|nor)\b/i,
  },
  { pattern: /(?:^|[\s"'`(=:])\/(?:farm|root|tmp|var\/tmp|work)\/\w/, why: 'a path of one machine' },
  {
    pattern: /"resolved":|registry\.npm|deb\.debian\.org|https?:\/\/[^\s/"']*:\d+\/npm/,
    why: 'names a package registry',
  },
  { pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, why: 'do it, or say in an issue why not yet' },
];

/** Licences and lock files are not our words; this file must name what it bans. */
const exempt = /^(?:LICENSE|vectors\/.+\.(?:json|bin|txt|gz|br)|test\/gates\/(?:words|gates\.test)\.ts)$/;

export function bannedIn(file: string, content: string): string[] {
  if (exempt.test(file)) return [];
  return content
    .split('\n')
    .flatMap((line, index) =>
      bans
        .filter(({ pattern, unless }) => pattern.test(line) && !(unless?.test(line) ?? false))
        .map(({ pattern, why }) => `${file}:${index + 1}: "${pattern.exec(line)?.[0].trim()}": ${why}`),
    );
}

async function main(): Promise<void> {
  const listed = await must('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const files = listed.split('\0').filter((file) => file !== '');
  const faults = files.flatMap((file) => {
    const path = join(root, file);
    const info = statSync(path, { throwIfNoEntry: false });
    if (info === undefined || !info.isFile() || info.size > 2 ** 20) return [];
    const bytes = readFileSync(path);
    return bytes.includes(0) ? [] : bannedIn(file, bytes.toString());
  });
  if (faults.length > 0) throw new GateFailure(faults.join('\n'));
  console.log(`words: ${files.length} files read`);
}

if (import.meta.main) await gate(main);
