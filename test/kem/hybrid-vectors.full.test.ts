import { hybridKemSuites } from './hybrid-vectors.ts';

hybridKemSuites((cases) => cases);
