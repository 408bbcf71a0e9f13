import { Option } from '@commander-js/extra-typings';

/** `--message-password`: of the message, not of a key file. */
export const messagePasswordOption: Option<'--message-password'> = new Option(
  '--message-password',
  'ask for a password that opens the message',
).conflicts('messagePasswordFile');

/** `--message-password-file`. */
export const messagePasswordFileOption: Option<'--message-password-file <file>'> = new Option(
  '--message-password-file <file>',
  'read that password from the first line of a file',
);
