import type { Command } from '@commander-js/extra-typings';
import { addCrl } from './cert/crl.ts';
import { addInspect } from './cert/inspect.ts';
import { addIssue } from './cert/issue.ts';
import { addLint } from './cert/lint.ts';
import { addNewCa } from './cert/new-ca.ts';
import { addRequest } from './cert/request.ts';
import { addVerifyCertificate } from './cert/verify.ts';

/** `hybridge cert new-ca|request|issue|verify|inspect|lint|crl`. */
export function addCert(program: Command): void {
  const cert = program
    .command('cert')
    .description('Certificates: makes, issues, verifies and explains them, with any signature of the house.');
  for (const add of [addNewCa, addRequest, addIssue, addVerifyCertificate, addInspect, addLint, addCrl])
    add(cert);
}
