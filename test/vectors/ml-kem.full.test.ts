import { mlKemSuites } from './suites.ts';

mlKemSuites(true);
