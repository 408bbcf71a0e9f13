import type { Command } from '@commander-js/extra-typings';
import {
  algorithm,
  type AlgorithmDescriptor,
  find,
  type RegistryEntry,
  type Size,
} from '../../registry/index.ts';
import { CommandError } from '../command-error.ts';
import { jsonOption } from '../options.ts';
import { EXIT, finish, printLine, printTable, run } from '../outcome.ts';

const hexCode = (code: number): string => `0x${code.toString(16).toUpperCase().padStart(4, '0')}`;

const bytes = (size: Size): string => (typeof size === 'number' ? String(size) : `at most ${size.max}`);

function identifierRows({ identifiers }: RegistryEntry): string[][] {
  const { oid, cose, jose, tlsGroup, tlsSignature, hpke } = identifiers;
  const rows: string[][] = [];
  if (oid !== undefined) rows.push(['OID', oid]);
  if (tlsGroup !== undefined)
    rows.push(['TLS group', `${hexCode(tlsGroup.code)} (${tlsGroup.code}) ${tlsGroup.name}`]);
  if (tlsSignature !== undefined)
    rows.push(['TLS signature', `${hexCode(tlsSignature.code)} ${tlsSignature.name}`]);
  if (hpke !== undefined) rows.push(['HPKE', hexCode(hpke)]);
  if (cose !== undefined) rows.push(['COSE', String(cose)]);
  if (jose !== undefined) rows.push(['JOSE', jose]);
  return rows;
}

function sizeRows(descriptor: AlgorithmDescriptor): string[][] {
  switch (descriptor.use) {
    case 'kem':
      return [
        ['public key', `${bytes(descriptor.sizes.publicKey)} bytes`],
        ['private key', `${bytes(descriptor.sizes.privateKey)} bytes, as stored`],
        ['ciphertext', `${descriptor.sizes.ciphertext} bytes`],
        ['shared secret', `${descriptor.sizes.sharedSecret} bytes`],
      ];
    case 'signature':
      return [
        ['public key', `${bytes(descriptor.sizes.publicKey)} bytes`],
        ['private key', `${bytes(descriptor.sizes.privateKey)} bytes, as stored`],
        ['signature', `${bytes(descriptor.sizes.signature)} bytes`],
      ];
    case 'hash':
      return [['digest', `${descriptor.digestSize} bytes`]];
    case 'kdf':
      return [['hash', descriptor.hash]];
    case 'aead':
      return [
        ['key', `${descriptor.keySize} bytes`],
        ['nonce', `${descriptor.nonceSize} bytes`],
        ['tag', `${descriptor.tagSize} bytes`],
      ];
  }
}

function partRows(descriptor: AlgorithmDescriptor): string[][] {
  const rows: string[][] = [];
  if ('postQuantum' in descriptor)
    rows.push(['parts', `${descriptor.postQuantum} and ${descriptor.traditional}`]);
  if ('order' in descriptor) rows.push(['order of shares', descriptor.order.join(', ')]);
  if ('label' in descriptor) rows.push(['label', descriptor.label]);
  if ('prehash' in descriptor) rows.push(['prehash', descriptor.prehash]);
  return rows;
}

function print(entry: RegistryEntry): void {
  printLine(entry.name);
  const rows: string[][] = [];
  if (entry.kind === 'obsolete') {
    const { nature, category, status } = algorithm(entry.replacement);
    rows.push(['status', 'obsolete: not used, not accepted'], ['was', entry.was]);
    rows.push(['use instead', `${entry.replacement} (${nature}, category ${category}, ${status})`]);
    rows.push(['reference', entry.reference]);
  } else {
    rows.push(['what', `${entry.nature} ${entry.kind}${entry.stateful ? ', stateful' : ''}`]);
    rows.push([
      'security',
      entry.category === 0 ? 'none against a quantum computer' : `NIST category ${entry.category}`,
    ]);
    rows.push(['status', entry.status], ['reference', `${entry.reference} (${entry.date})`]);
    rows.push(...sizeRows(entry), ...partRows(entry));
  }
  rows.push(...identifierRows(entry));
  if (entry.aliases.length > 0) rows.push(['also called', entry.aliases.join(', ')]);
  printTable(rows.map((row) => ['', ...row]));
}

/** `hybridge explain`: one row of the registry. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('Tells what a name, OID, TLS code point, COSE or HPKE number stands for.')
    .argument('<query>', 'for instance ML-KEM-768, 2.16.840.1.101.3.4.3.18, 0x11ec, -48')
    .addOption(jsonOption)
    .addHelpText('after', '\nExample:\n  $ hybridge explain X25519MLKEM768')
    .action((query, flags) =>
      run(() => {
        const { matches, suggestions } = find(query);
        if (matches.length === 0)
          throw new CommandError(
            'unknown_algorithm',
            `the registry knows nothing by the name of ${query.slice(0, 80)}`,
            {
              hint: suggestions.length > 0 ? `did you mean ${suggestions.join(', ')}?` : undefined,
              details: { suggestions },
            },
          );
        return finish(
          flags,
          EXIT.done,
          { query, matches: matches.map(({ entry, by }) => ({ ...entry, matchedBy: by })) },
          () => {
            matches.forEach(({ entry }, index) => {
              if (index > 0) printLine('');
              print(entry);
            });
          },
        );
      }),
    );
}
