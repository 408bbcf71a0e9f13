import { KEY_FILES } from './bad-input-keys.ts';
import { testBadInput } from './bad-input.ts';

testBadInput(KEY_FILES, 'all');
