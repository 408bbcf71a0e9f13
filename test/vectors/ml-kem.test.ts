import { mlKemSuites } from './suites.ts';

mlKemSuites(false);
