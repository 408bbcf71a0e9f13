import { testBadInput } from './bad-input.ts';
import { PKI_FILES } from './bad-input-pki.ts';

// The full run takes them all.
testBadInput(PKI_FILES, 'third');
