import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { build as bundle } from 'esbuild';

import { pack } from '../gates/package.ts';
import {
  gate,
  GateFailure,
  isObject,
  must,
  parseJson,
  run,
  scratch,
  text as asText,
} from '../gates/support.ts';
import { nodeBinary, nodeVersions } from './nodes.ts';

/** Installs the packed package into an empty folder and puts it through `exercise.ts` on every runtime we promise. */

const browser = '/usr/bin/chromium';
const chromiumFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

type Digests = ReadonlyMap<string, string>;

/** What a runtime answered; a string is the reason why it could not be asked. */
interface Answer {
  readonly runtime: string;
  readonly digests: Digests | string;
  /** What the installed command printed, where there are commands. */
  readonly printed?: string;
}

/** A command whose output depends on nothing but the package. */
const command = ['explain', 'ML-KEM-768', '--json'];

/** Commands that make keys, certificates and messages and read them again; those that fail end with another code. */
const story: readonly (readonly string[])[] = [
  'keygen MLDSA65-Ed25519-SHA512 --out ca.key',
  'cert new-ca --key ca.key --subject CN=Root --out ca.pem',
  'keygen ML-DSA-65 --out pump.key',
  'cert request --key pump.key --subject CN=pump.example --san pump.example --out pump.csr',
  'cert issue pump.csr --cert ca.pem --key ca.key --profile tls-server --out pump.pem',
  'cert verify pump.pem --anchor ca.pem --use tls-server --name pump.example',
  'cms sign --key pump.key --cert pump.pem --out signed.p7s pump.csr',
  'cms verify --anchor ca.pem --out same.csr signed.p7s',
  'keygen ML-KEM-768 --out ward.key',
  'cert issue --public-key ward.pub --subject CN=Ward --cert ca.pem --key ca.key --profile encryption --out ward.pem',
  'cms encrypt --to ward.pem --out sealed.p7m pump.csr',
  'cms decrypt sealed.p7m --key ward.key --cert ward.pem --out opened.csr',
].map((line) => [...line.split(' '), '--quiet']);

function readDigests(json: string): Digests {
  const value = parseJson(json);
  if (!isObject(value)) throw new GateFailure(`expected an object of digests, found ${json}`);
  return new Map(Object.entries(value).map(([name, digest]) => [name, asText(digest)]));
}

async function installPackage(): Promise<string> {
  const folder = scratch('runtimes');
  const { tarball } = await pack(folder);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--ignore-scripts'];
  await must('npm', ['install', ...flags, tarball], { cwd: folder });
  await bundle({
    entryPoints: [join(import.meta.dirname, 'exercise.ts')],
    outfile: join(folder, 'exercise.js'),
    bundle: true,
    format: 'esm',
    target: 'es2023',
    // The installed package, not the sources that tsconfig.json names.
    packages: 'external',
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  writeFileSync(
    join(folder, 'main.js'),
    "import { exercise } from './exercise.js'\nconsole.log(JSON.stringify(await exercise()))\n",
  );
  return folder;
}

async function askNode(folder: string, version: string): Promise<Answer> {
  const runtime = `Node ${version}`;
  let binary: string;
  try {
    binary = await nodeBinary(version);
  } catch (error) {
    if (error instanceof GateFailure) return { runtime, digests: `could not be fetched: ${error.message}` };
    throw error;
  }
  const found = await must(binary, ['--version']);
  if (found.trim() !== `v${version}`) throw new GateFailure(`${binary} is ${found.trim()}, not v${version}`);
  const { code, stdout, stderr } = await run(binary, ['main.js'], { cwd: folder, timeout: 300_000 });
  if (code !== 0) throw new GateFailure(`${runtime}: exit ${code}\n${stdout}${stderr}`);
  const program = join(folder, 'node_modules/hybridge/dist/cli/main.js');
  const printed = await must(binary, [program, ...command], { cwd: folder });
  const cwd = scratch('commands');
  for (const args of story) await must(binary, [program, ...args], { cwd });
  return { runtime, digests: readDigests(stdout), printed };
}

/** Bundles the exercise as for the web and runs it in a headless Chromium. */
async function askChromium(folder: string): Promise<Answer> {
  if (!existsSync(browser)) return { runtime: 'Chromium', digests: `${browser} is not installed` };
  const [runtime = 'Chromium'] = /Chromium \d+/.exec(await must(browser, ['--version'])) ?? [];
  const { outputFiles } = await bundle({
    stdin: {
      contents: `import { exercise } from './exercise.js'
        const post = (path, body) => fetch(path, { method: 'POST', body })
        exercise().then((digests) => post('/done', JSON.stringify(digests)), (error) => post('/failed', error.stack))`,
      resolveDir: folder,
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    write: false,
    logLevel: 'silent',
  });
  return { runtime, digests: readDigests(await askPage(runtime, outputFiles[0]?.text ?? '')) };
}

/** Serves a page with the script, lets Chromium open it, and gives what the page posts to `/done`. */
async function askPage(runtime: string, script: string): Promise<string> {
  const server = createServer();
  const answered = new Promise<string>((settle, fail) => {
    server.on('request', (request, response) => {
      if (request.method === 'POST') {
        const body: Buffer[] = [];
        request.on('data', (chunk: Buffer) => body.push(chunk));
        request.on('end', () => {
          response.end();
          const answer = Buffer.concat(body).toString();
          if (request.url === '/done') settle(answer);
          else fail(new GateFailure(`${runtime}: ${answer}`));
        });
      } else if (request.url === '/exercise.js') {
        response.setHeader('content-type', 'text/javascript').end(script);
      } else {
        response.setHeader('content-type', 'text/html');
        response.end(
          '<!doctype html><meta charset="utf-8"><script type="module" src="/exercise.js"></script>',
        );
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new GateFailure('no port to listen on');
  const url = `http://127.0.0.1:${address.port}/`;
  const flags = [...chromiumFlags, `--user-data-dir=${scratch('chromium')}`];
  const stopped = new AbortController();
  const child = spawn(browser, [...flags, url], {
    stdio: 'ignore',
    signal: stopped.signal,
    timeout: 300_000,
  });
  child.on('error', () => undefined); // also what stopping it reports
  const ended = new Promise<void>((settle) => child.on('close', () => settle()));
  try {
    const silent = ended.then(() => {
      throw new GateFailure(`${runtime}: ended, or was ended after five minutes, before its page answered`);
    });
    return await Promise.race([answered, silent]);
  } finally {
    stopped.abort();
    await ended;
    server.closeAllConnections();
    server.close();
  }
}

/** Prints who answered what and gives the faults: a runtime that did not answer in CI, a digest that differs. */
function compare(answers: readonly Answer[]): string[] {
  const faults: string[] = [];
  const [reference, ...others] = answers.flatMap(({ runtime, digests }) =>
    typeof digests === 'string' ? [] : [{ runtime, digests }],
  );
  for (const { runtime, digests } of answers) {
    if (typeof digests !== 'string') continue;
    console.log(`${runtime}: NOT RUN: ${digests}`);
    if (process.env['CI'] !== undefined && runtime.startsWith('Node')) faults.push(`${runtime} was not run`);
  }
  if (reference === undefined || reference.digests.size === 0)
    return [...faults, 'no runtime gave any digest'];
  for (const [name, digest] of reference.digests) console.log(`${digest}  ${name}`);
  for (const { runtime, digests } of [reference, ...others]) {
    const names = new Set([...reference.digests.keys(), ...digests.keys()]);
    const different = [...names].filter((name) => digests.get(name) !== reference.digests.get(name));
    console.log(`${runtime}: ${digests.size} digests, ${different.length} differ from ${reference.runtime}`);
    for (const name of different) {
      faults.push(
        `${runtime}: ${name}: ${digests.get(name) ?? 'missing'}, ${reference.runtime}: ${reference.digests.get(name) ?? 'missing'}`,
      );
    }
  }
  const commands = answers.filter(({ printed }) => printed !== undefined);
  console.log(
    `hybridge ${command.join(' ')}, and ${story.length} commands: run on ${commands.length} runtimes`,
  );
  for (const { runtime, printed } of commands) {
    if (printed !== commands[0]?.printed)
      faults.push(`${runtime}: "hybridge ${command.join(' ')}" prints:\n${printed}`);
  }
  return faults;
}

await gate(async () => {
  const folder = await installPackage();
  const answers: Answer[] = [];
  for (const version of nodeVersions) answers.push(await askNode(folder, version));
  answers.push(await askChromium(folder));
  const faults = compare(answers);
  if (faults.length > 0) throw new GateFailure(faults.join('\n'));
});
