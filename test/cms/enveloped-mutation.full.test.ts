import { mutationTest } from './enveloped-mutation.ts';

mutationTest(25_000, 300_000);
