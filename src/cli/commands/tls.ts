import type { Command } from '@commander-js/extra-typings';
import { addHello } from './tls/hello.ts';
import { addProbe } from './tls/probe.ts';
import { addRules } from './tls/rules.ts';
import { addServe } from './tls/serve.ts';

/** `hybridge tls hello|probe|rules|serve`. */
export function addTls(program: Command): void {
  const tls = program
    .command('tls')
    .description(
      'Sessions: what is offered and chosen on the wire, what a server does, and how to watch it.',
    );
  for (const add of [addHello, addProbe, addRules, addServe]) add(tls);
}
