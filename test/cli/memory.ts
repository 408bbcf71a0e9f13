import { Sandbox } from './support.ts';

/** The most memory that a command held at a time, which it writes to a file when it ends. */
const PROBE = `data:text/javascript,import { appendFileSync } from 'node:fs';
process.on('exit', () => appendFileSync(process.env.PEAK_FILE, process.resourceUsage().maxRSS + '\\n'));`;

const SETUP = [
  'set -e; printf x > small',
  'hybridge keygen ML-DSA-65 --out pq.pem --quiet; hybridge keygen ECDSA-P256-SHA256 --out ec.pem --quiet',
  'hybridge keygen MLKEM768-X25519 --out pump.pem --quiet',
  'hybridge cert new-ca --key ec.pem --subject CN=CA --out ca.crt --quiet',
  'hybridge cert issue --cert ca.crt --key ec.pem --public-key pq.pub --subject CN=Maker --profile code-signing --out pq.crt --quiet',
  'hybridge keygen ML-KEM-768 --out kem.pem --quiet',
].join('\n');

/** What is done with a file of any size; later lines use the files of earlier ones. */
const LINES: Readonly<Record<string, string>> = {
  sign: 'hybridge sign --key pq.pem --out $FILE.sig $FILE',
  'sign, two keys': 'hybridge sign --key pq.pem --key ec.pem --out $FILE.dual $FILE',
  verify: 'hybridge verify --quiet --key pq.pub --signature $FILE.sig $FILE',
  'verify, two keys, a pipe':
    'cat $FILE | hybridge verify --quiet --key pq.pub --key ec.pub --signature $FILE.dual -',
  seal: 'hybridge seal --to pump.pub --out $FILE.age $FILE',
  open: 'hybridge open --key pump.pem --out $FILE.opened $FILE.age && rm $FILE.opened',
  'cms sign, verify':
    'hybridge cms sign --quiet --key pq.pem --cert pq.crt --out $FILE.p7s $FILE && ' +
    'hybridge cms verify --quiet --anchor ca.crt --out $FILE.same $FILE.p7s && rm $FILE.p7s $FILE.same',
  'cms sign, verify, detached, a pipe':
    'cat $FILE | hybridge cms sign --quiet --detached --key pq.pem --cert pq.crt --out $FILE.p7s - && ' +
    'hybridge cms verify --quiet --anchor ca.crt --content $FILE $FILE.p7s && rm $FILE.p7s',
  'cms encrypt': 'hybridge cms encrypt --quiet --to kem.pub --out $FILE.p7m $FILE',
  'cms decrypt':
    'hybridge cms decrypt --key kem.pem --out $FILE.opened $FILE.p7m && rm $FILE.opened $FILE.p7m',
  'cms encrypt, decrypt, through pipes':
    'cat $FILE | hybridge cms encrypt --to kem.pub --out - - | hybridge cms decrypt --key kem.pem --out - - | cmp - $FILE',
  'open, through pipes': 'cat $FILE.age | hybridge open --key pump.pem --out - - | cmp - $FILE',
};

/** How much more memory a command holds for a large file than for one of a byte. */
export interface Growth {
  readonly what: string;
  /** In MiB. */
  readonly growth: number;
}

/** Runs the commands that stream on a sparse file, and measures. */
export async function memoryGrowth(size: string, timeout: number): Promise<readonly Growth[]> {
  const sandbox = new Sandbox();
  try {
    const run = async (line: string, env: Readonly<Record<string, string>> = {}): Promise<void> => {
      const { code, stderr } = await sandbox.shell(`set -o pipefail; ${line}`, { env, timeout });
      if (code !== 0) throw new Error(`${line}: exit ${String(code)}\n${stderr}`);
    };
    const peak = async (line: string, file: string): Promise<number> => {
      await run(line, { FILE: file, NODE_OPTIONS: `--import=${encodeURI(PROBE)}`, PEAK_FILE: 'peak' });
      // Of the commands in a line, the one that held the most.
      const { stdout } = await sandbox.shell('cat peak; rm peak');
      return Math.max(...stdout.trim().split('\n').map(Number)) / 1024;
    };
    await run(`${SETUP}; truncate -s ${size} large`);
    const results: Growth[] = [];
    for (const [what, line] of Object.entries(LINES))
      results.push({ what, growth: -(await peak(line, 'small')) + (await peak(line, 'large')) });
    return results;
  } finally {
    sandbox.remove();
  }
}
