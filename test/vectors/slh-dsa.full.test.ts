import { slhDsaSuites } from './suites.ts';

slhDsaSuites(true);
