import { symmetricSuites } from './suites.ts';

symmetricSuites(false);
