import { sample } from '../support/tally.ts';
import { hpkeSuites } from './hpke-vectors.ts';

// One context of each suite and mode; the accumulated ones take a thousand messages each.
hpkeSuites((cases, key) =>
  sample(cases, 1, (item) => (item.accumulated === undefined ? key(item) : 'accumulated')),
);
