import { compositePeerSuite } from './composite-peers.ts';

compositePeerSuite(['MLKEM768-ECDH-P256-SHA3-256']);
