import type { Command } from '@commander-js/extra-typings';
import { addDecrypt } from './cms/decrypt.ts';
import { addEncrypt } from './cms/encrypt.ts';
import { addSignMessage } from './cms/sign.ts';
import { addVerifyMessage } from './cms/verify.ts';

/** `hybridge cms sign|verify|encrypt|decrypt`. */
export function addCms(program: Command): void {
  const cms = program
    .command('cms')
    .description('Messages that other software reads too (CMS, S/MIME without the mail): signed, encrypted.');
  for (const add of [addSignMessage, addVerifyMessage, addEncrypt, addDecrypt]) add(cms);
}
