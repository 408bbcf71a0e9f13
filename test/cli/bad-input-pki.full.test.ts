import { testBadInput } from './bad-input.ts';
import { PKI_FILES } from './bad-input-pki.ts';

testBadInput(PKI_FILES, 'all');
