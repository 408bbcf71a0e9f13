import { classicalSuites } from './suites.ts';

classicalSuites(false);
