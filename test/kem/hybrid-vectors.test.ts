import { sample } from '../support/tally.ts';
import { hybridKemSuites } from './hybrid-vectors.ts';

hybridKemSuites((cases, key) => sample(cases, 3, key));
