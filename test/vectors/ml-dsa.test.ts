import { mlDsaSuites } from './suites.ts';

mlDsaSuites(false);
