import { COMPOSITE_KEM_NAMES } from '../../src/registry/index.ts';
import { compositePeerSuite } from './composite-peers.ts';

compositePeerSuite(COMPOSITE_KEM_NAMES);
