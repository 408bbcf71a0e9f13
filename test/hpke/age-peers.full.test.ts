import { agePeerSuites } from './age-peers.ts';

agePeerSuites([0, 1, 65_535, 65_536, 65_537, 131_072, 1_048_576]);
