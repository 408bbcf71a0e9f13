import { agePeerSuites } from './age-peers.ts';

agePeerSuites([0, 65_536, 65_537]);
