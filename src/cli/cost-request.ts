/** The question that the cost commands have in common: which device, which link, which scenario, whose data. */
import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import {
  COST_DATA,
  COST_OPERATIONS,
  type CostData,
  type CostOperation,
  mergeCostData,
  type PredictRequest,
  readCostData,
  type Scenario,
  TLS_STACKS,
  type TlsStackName,
} from '../cost/index.ts';
import {
  AEAD_NAMES,
  type AeadName,
  type AlgorithmDescriptor,
  find,
  type KemName,
  type SignatureName,
  unknownAlgorithm,
} from '../registry/index.ts';
import { CommandError, inFile } from './command-error.ts';
import { readSmall } from './input.ts';
import { atOption, each } from './options.ts';
import { policyAt } from './policy-in-force.ts';

/** The kinds of scenario, as `--scenario` names them. */
export const SCENARIOS: readonly Scenario['kind'][] = [
  'operation',
  'tls-handshake',
  'firmware-update',
  'certificate-chain',
  'sealed-message',
];

const HASHES = ['SHA-256', 'SHA-512', 'SHAKE256'] as const;

/** `--device`. */
const deviceOption: Option<'--device <id>', undefined, undefined, string, true> = new Option(
  '--device <id>',
  'the device: a profile of the data, as nrf52840 or stm32l072',
).makeOptionMandatory();

/** `--link`. */
export const linkOption: Option<'--link <id>'> = new Option(
  '--link <id>',
  'the link: a profile of the data; without one nothing is said of transfer',
);

/** `--data FILE`, again and again: a later file prevails. */
export const dataOption: Option<'--data <file>', undefined, undefined, readonly string[]> = new Option(
  '--data <file>',
  'measurements, devices and links of your own, which prevail; may be given several times',
).argParser(each);

/** `--implementation NAME`, or `ALGORITHM=NAME` for several. */
export const implementationOption: Option<
  '--implementation <name>',
  undefined,
  undefined,
  readonly string[]
> = new Option(
  '--implementation <name>',
  'fastest (default), smallest, or a name of the data; ALGORITHM=NAME for each of several algorithms',
).argParser(each);

/** The flags that describe a scenario of a kind, as commander hands them over. */
interface ScenarioDetails {
  readonly algorithm?: string | undefined;
  readonly operation?: CostOperation | undefined;
  readonly group?: string | undefined;
  readonly signature?: readonly string[] | undefined;
  readonly clientSignature?: string | undefined;
  readonly chain?: string | undefined;
  readonly mutual?: true | undefined;
  readonly resumption?: true | undefined;
  readonly helloRetry?: true | undefined;
  readonly incrementalParsing?: true | undefined;
  readonly stack?: TlsStackName | undefined;
  readonly imageBytes?: string | undefined;
  readonly manifestBytes?: string | undefined;
  readonly hash?: (typeof HASHES)[number] | undefined;
  readonly keyIncluded?: true | undefined;
  readonly order?: 'image-first' | 'manifest-first' | undefined;
  readonly slots?: '1' | '2' | undefined;
  readonly kem?: string | undefined;
  readonly aead?: AeadName | undefined;
  readonly direction?: 'open' | 'seal' | undefined;
  readonly messageBytes?: string | undefined;
}

/** The kind of a scenario, and the flags that describe it. */
export interface ScenarioFlags extends ScenarioDetails {
  readonly scenario: Scenario['kind'];
}

/** All flags of a request. */
export interface RequestFlags extends ScenarioFlags {
  readonly device: string;
  readonly link?: string | undefined;
  readonly data?: readonly string[] | undefined;
  readonly implementation?: readonly string[] | undefined;
  readonly policy?: string | undefined;
  readonly at?: string | undefined;
}

/**
 * Adds the flags that describe a scenario. Commander wants a type of which it can list the fields.
 *
 * @param signature - What several of `--signature` mean.
 */
export function withScenarioOptions<Before extends OptionValues>(
  command: Command<[], Before>,
  signature: string,
): Command<[], Before & Pick<ScenarioDetails, keyof ScenarioDetails>>;
export function withScenarioOptions(
  command: Command,
  signature: string,
): Command<[], Pick<ScenarioDetails, keyof ScenarioDetails>> {
  return command
    .option('--algorithm <name>', 'operation: of this algorithm')
    .addOption(new Option('--operation <name>', 'operation: which one').choices(COST_OPERATIONS))
    .option('--group <name>', 'tls-handshake: the group (default: X25519MLKEM768)')
    .option('--signature <name>', `of server, chain or firmware; ${signature}`, each)
    .option(
      '--client-signature <name>',
      'tls-handshake: with --mutual, that of the device (default: as the server)',
    )
    .option('--chain <count>', 'intermediate certificates sent beside the leaf (default: 1)')
    .option('--mutual', 'tls-handshake: the device has a certificate as well')
    .option(
      '--resumption',
      'tls-handshake: resumed with a ticket; with --mutual the ticket holds the certificate of the device',
    )
    .option('--hello-retry', 'tls-handshake: the first key share is refused and sent again')
    .option('--incremental-parsing', 'tls-handshake: certificates are checked while they arrive')
    .addOption(
      new Option(
        '--stack <name>',
        'tls-handshake: the TLS library of the device (default: openssl-3.6)',
      ).choices(TLS_STACKS),
    )
    .option('--image-bytes <count>', 'firmware-update: size of the image')
    .option('--manifest-bytes <count>', 'firmware-update: the manifest without signatures (default: 200)')
    .addOption(
      new Option('--hash <name>', 'firmware-update: of the image (default: SHA-256)').choices(HASHES),
    )
    .option('--key-included', 'firmware-update: the verification key comes with the update')
    .addOption(
      new Option(
        '--order <name>',
        'firmware-update: what is checked first (default: manifest-first)',
      ).choices(['manifest-first', 'image-first']),
    )
    .addOption(
      new Option(
        '--slots <count>',
        'firmware-update: places for an image in flash; with 2 the old one stays beside the new (default: 1)',
      ).choices(['1', '2']),
    )
    .option('--kem <name>', 'sealed-message: the KEM of HPKE (default: MLKEM768-X25519)')
    .addOption(
      new Option('--aead <name>', 'sealed-message: the AEAD of HPKE (default: AES-256-GCM)').choices(
        AEAD_NAMES,
      ),
    )
    .addOption(
      new Option('--direction <name>', 'sealed-message: what the device does (default: open)').choices([
        'open',
        'seal',
      ]),
    )
    .option('--message-bytes <count>', 'operation, sealed-message: size of the message');
}

/** Adds the flags of a request to a command. */
export function withRequestOptions(command: Command): Command<[], Pick<RequestFlags, keyof RequestFlags>> {
  const described = command
    .addOption(deviceOption)
    .addOption(linkOption)
    .addOption(
      new Option('--scenario <kind>', 'what is asked about').choices(SCENARIOS).makeOptionMandatory(),
    );
  return withScenarioOptions(described, 'twice for a firmware with two')
    .addOption(implementationOption)
    .addOption(dataOption)
    .option('--policy <name|file>', 'what this policy says of the algorithms')
    .addOption(atOption);
}

/** Operations on a message, whose length counts. */
const OF_MESSAGES: readonly CostOperation[] = ['sign', 'verify', 'hash', 'aead'];

/** What each scenario takes; a flag of another one would silently say nothing. */
const TAKEN: Readonly<Record<Scenario['kind'], readonly (keyof ScenarioFlags)[]>> = {
  operation: ['algorithm', 'operation', 'messageBytes'],
  'tls-handshake': [
    'group',
    'signature',
    'clientSignature',
    'chain',
    'mutual',
    'resumption',
    'helloRetry',
    'incrementalParsing',
    'stack',
  ],
  'firmware-update': ['signature', 'imageBytes', 'manifestBytes', 'hash', 'keyIncluded', 'order', 'slots'],
  'certificate-chain': ['signature', 'chain'],
  'sealed-message': ['kem', 'aead', 'direction', 'messageBytes'],
};

const ALL_TAKEN: ReadonlySet<string> = new Set(Object.values(TAKEN).flat());

/** Whether some flag describes a scenario. */
export function describesScenario(flags: object): boolean {
  return Object.entries(flags).some(([name, value]) => value !== undefined && ALL_TAKEN.has(name));
}

const flagOf = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`;

function missing(flag: string, scenario: string): CommandError {
  return new CommandError(
    'invalid_argument',
    `${flag} is missing, without which the scenario ${scenario} is not described`,
  );
}

/** A whole number of bytes or things. */
export function count(flag: string, text: string): number {
  const number = /^\d{1,15}$/u.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(number))
    throw new CommandError('invalid_argument', `${flag} ${text.slice(0, 40)}: not a whole number`, {
      hint: 'write it in digits, as 262144',
    });
  return number;
}

/** The algorithm that a person means by a name, an alias or a number. */
function entryOf(query: string): AlgorithmDescriptor {
  const entry = find(query).matches[0]?.entry;
  if (entry === undefined || entry.kind === 'obsolete') throw unknownAlgorithm(query);
  return entry;
}

function wrongUse(flag: string, { name }: AlgorithmDescriptor, wanted: string): CommandError {
  return new CommandError('wrong_algorithm', `${flag} ${name}: not a ${wanted}`);
}

/** The signature that a flag names. */
function signatureNamed(flag: string, query: string): SignatureName {
  const entry = entryOf(query);
  if (entry.use !== 'signature') throw wrongUse(flag, entry, 'signature');
  return entry.name;
}

/** The KEM that a flag names. */
function kemNamed(flag: string, query: string): KemName {
  const entry = entryOf(query);
  if (entry.use !== 'kem') throw wrongUse(flag, entry, 'KEM');
  return entry.name;
}

function theSignature({ scenario, signature = [] }: ScenarioFlags): SignatureName {
  const [first, ...more] = signature;
  if (first === undefined) throw missing('--signature', scenario);
  if (more.length > 0)
    throw new CommandError('invalid_argument', `a ${scenario} has one --signature, not ${signature.length}`);
  return signatureNamed('--signature', first);
}

/** The scenario that the flags describe. */
export function scenarioOf(flags: ScenarioFlags): Scenario {
  const { scenario: kind, messageBytes, chain } = flags;
  for (const [name, value] of Object.entries(flags))
    if (value !== undefined && ALL_TAKEN.has(name) && !TAKEN[kind].some((one) => one === name))
      throw new CommandError('invalid_argument', `${flagOf(name)} says nothing about a scenario ${kind}`, {
        hint: `it takes ${TAKEN[kind].map(flagOf).join(', ')}`,
      });
  const intermediates = chain === undefined ? 1 : count('--chain', chain);
  switch (kind) {
    case 'operation': {
      const { algorithm, operation } = flags;
      if (algorithm === undefined) throw missing('--algorithm', kind);
      if (operation === undefined) throw missing('--operation', kind);
      if (messageBytes !== undefined && !OF_MESSAGES.includes(operation))
        throw new CommandError('invalid_argument', `--message-bytes says nothing about ${operation}`, {
          hint: `there is a message with ${OF_MESSAGES.join(', ')}`,
        });
      return {
        kind,
        algorithm,
        operation,
        ...(messageBytes !== undefined && { messageBytes: count('--message-bytes', messageBytes) }),
      };
    }
    case 'tls-handshake': {
      const { group = 'X25519MLKEM768', clientSignature } = flags;
      if (clientSignature !== undefined && flags.mutual !== true)
        throw new CommandError('invalid_argument', '--client-signature says nothing without --mutual', {
          hint: 'add --mutual: the device has a certificate as well',
        });
      return {
        kind,
        group,
        signature: theSignature(flags),
        chain: intermediates,
        mutual: flags.mutual ?? false,
        resumption: flags.resumption ?? false,
        helloRetry: flags.helloRetry ?? false,
        incrementalParsing: flags.incrementalParsing ?? false,
        ...(flags.stack !== undefined && { stack: flags.stack }),
        ...(clientSignature !== undefined && {
          clientSignature: signatureNamed('--client-signature', clientSignature),
        }),
      };
    }
    case 'firmware-update': {
      const { signature = [], imageBytes, manifestBytes, hash } = flags;
      if (signature.length === 0) throw missing('--signature', kind);
      if (imageBytes === undefined) throw missing('--image-bytes', kind);
      return {
        kind,
        imageBytes: count('--image-bytes', imageBytes),
        signatures: signature,
        ...(manifestBytes !== undefined && { manifestBytes: count('--manifest-bytes', manifestBytes) }),
        ...(hash !== undefined && { hash }),
        keyIncluded: flags.keyIncluded ?? false,
        ...(flags.order !== undefined && { order: flags.order }),
        ...(flags.slots !== undefined && { slots: flags.slots === '2' ? 2 : 1 }),
      };
    }
    case 'certificate-chain':
      return { kind, signature: theSignature(flags), intermediates };
    case 'sealed-message':
      if (messageBytes === undefined) throw missing('--message-bytes', kind);
      return {
        kind,
        kem: kemNamed('--kem', flags.kem ?? 'MLKEM768-X25519'),
        messageBytes: count('--message-bytes', messageBytes),
        direction: flags.direction ?? 'open',
        ...(flags.aead !== undefined && { aead: flags.aead }),
      };
  }
}

/** The choice of implementations that the flags make. */
export function implementationChoice(
  given: readonly string[] | undefined,
): string | Readonly<Record<string, string>> | undefined {
  const [first, ...more] = given ?? [];
  if (first === undefined) return undefined;
  if (more.length === 0 && !first.includes('=')) return first;
  const choices: Record<string, string> = {};
  for (const text of [first, ...more]) {
    const at = text.indexOf('=');
    if (at <= 0)
      throw new CommandError('invalid_argument', `--implementation ${text}: not ALGORITHM=NAME`, {
        hint: 'one name alone serves all algorithms that have such an implementation',
      });
    choices[text.slice(0, at)] = text.slice(at + 1);
  }
  return choices;
}

/** The project's data with what the user's files have of their own. */
export async function costDataOf(files: readonly string[] | undefined): Promise<CostData> {
  let data = COST_DATA;
  for (const file of files ?? []) {
    const text = new TextDecoder().decode(await readSmall(file, 'data file'));
    data = mergeCostData(data, await inFile(file, () => readCostData(text, { data })));
  }
  return data;
}

/** The request that the flags make. */
export async function requestOf(flags: RequestFlags): Promise<PredictRequest & { readonly data: CostData }> {
  const { device, link } = flags;
  if (flags.at !== undefined && flags.policy === undefined)
    throw new CommandError('invalid_argument', '--at says nothing without --policy', {
      hint: 'name the policy that is asked about this date',
    });
  const { policy, at } = await policyAt(flags);
  const implementation = implementationChoice(flags.implementation);
  return {
    device,
    scenario: scenarioOf(flags),
    data: await costDataOf(flags.data),
    ...(link !== undefined && { link }),
    ...(implementation !== undefined && { implementation }),
    ...(policy !== undefined && { policy, at }),
  };
}
