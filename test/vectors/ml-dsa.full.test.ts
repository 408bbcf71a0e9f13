import { mlDsaSuites } from './suites.ts';

mlDsaSuites(true);
