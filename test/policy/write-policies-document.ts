/** Writes docs/policies.md anew: `npm run docs:policies`. */
import { writeFileSync } from 'node:fs';

import { format } from 'prettier';

import { policiesDocument } from './tables.ts';

const target = new URL('../../docs/policies.md', import.meta.url);
writeFileSync(target, await format(policiesDocument(), { parser: 'markdown' }));
