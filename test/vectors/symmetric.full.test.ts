import { symmetricSuites } from './suites.ts';

symmetricSuites(true);
