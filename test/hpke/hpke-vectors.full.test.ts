import { hpkeSuites } from './hpke-vectors.ts';

hpkeSuites((cases) => cases);
