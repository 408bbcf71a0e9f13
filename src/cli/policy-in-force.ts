import { createEventStream } from '../events/index.ts';
import { createHybridge, type Hybridge } from '../index.ts';
import { instant } from './instant.ts';
import { type CommonFlags, note } from './outcome.ts';
import { loadPolicy } from './policy-file.ts';
import type { Policy } from '../policy/index.ts';

/** Flags of commands that a policy can watch over. */
export interface PolicyFlags extends CommonFlags {
  readonly policy?: string | undefined;
  readonly at?: string | undefined;
}

/** The policy and the date that the flags name, for calls that take both. */
export async function policyAt(
  flags: PolicyFlags,
): Promise<
  { readonly policy?: undefined; readonly at?: undefined } | { readonly policy: Policy; readonly at: Date }
> {
  const at = instant('--at', flags.at);
  return flags.policy === undefined ? {} : { policy: await loadPolicy(flags.policy), at };
}

/** The calls of Hybridge under the policy and the date that the flags name; warnings go to standard error. */
export async function hybridgeFor(flags: PolicyFlags): Promise<Hybridge> {
  const at = instant('--at', flags.at);
  if (flags.policy === undefined) return createHybridge();
  const events = createEventStream();
  events.subscribe((event) => {
    if (event.type === 'policy-warned')
      note(
        flags,
        `warning: ${event.policy}: ${event.algorithm}: ${event.reasons.map(({ text }) => text).join('; ')}`,
      );
  });
  return createHybridge({ policy: await loadPolicy(flags.policy), clock: { now: () => at }, events });
}
