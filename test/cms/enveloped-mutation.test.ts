import { mutationTest } from './enveloped-mutation.ts';

mutationTest(1500, 60_000);
