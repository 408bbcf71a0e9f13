import { KEY_FILES } from './bad-input-keys.ts';
import { testBadInput } from './bad-input.ts';

// The full run takes them all.
testBadInput(KEY_FILES, 'third');
