import { slhDsaSuites } from './suites.ts';

slhDsaSuites(false);
