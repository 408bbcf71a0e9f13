import { ALL_CASES, testBadInput } from './bad-input.ts';

testBadInput(ALL_CASES);
