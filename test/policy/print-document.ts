/** Prints docs/policies.md: the named policies for people. */
import { policiesDocument } from './tables.ts';

process.stdout.write(policiesDocument());
