import { classicalSuites } from './suites.ts';

classicalSuites(true);
