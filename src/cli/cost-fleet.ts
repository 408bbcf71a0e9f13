/** What the cost commands do with a fleet: read its file, and work it out under a line that tells how far it is. */
import { type CostData, type FleetOutcome, readFleet, whatIfWatched } from '../cost/index.ts';
import type { Policy } from '../policy/index.ts';
import { inFile } from './command-error.ts';
import { readSmall } from './input.ts';
import { onInterruption } from './interruption.ts';
import type { CommonFlags } from './outcome.ts';
import { showStatus } from './progress.ts';

/** As many as the reader takes, in bytes: its limit is in characters. */
const FLEET_LIMIT = 16 * 1024 * 1024;

/** Works it out under a line that tells how far it is; an interruption takes that line away. */
async function watched(
  flags: CommonFlags,
  work: (onProgress: (done: number) => void) => Promise<FleetOutcome>,
): Promise<FleetOutcome> {
  const status = showStatus(flags);
  const forget = onInterruption(status.clear);
  let shown = 0;
  try {
    return await work((done) => {
      const percent = Math.floor(100 * done);
      if (percent === shown) return;
      shown = percent;
      status.show(`moving the fleet: ${percent} %`);
    });
  } finally {
    forget();
    status.clear();
  }
}

/** What the fleet of a file comes to, with this data; under this policy, where there is one, whatever its plans name. */
export async function fleetOutcome(
  path: string,
  flags: CommonFlags,
  { data, policy }: { readonly data: CostData; readonly policy?: Policy | undefined },
): Promise<FleetOutcome> {
  const text = new TextDecoder().decode(await readSmall(path, 'fleet', FLEET_LIMIT));
  const fleet = await inFile(path, () => readFleet(text, { data }));
  return watched(flags, (onProgress) =>
    inFile(path, () =>
      whatIfWatched(fleet, { data, onProgress, ...(policy === undefined ? {} : { policy }) }),
    ),
  );
}
