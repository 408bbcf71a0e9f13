import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, Sandbox } from './support.ts';

/**
 * What happens at a terminal. `script` of util-linux runs a command with a terminal of its own, gives it what we write
 * and hands on what it shows.
 */
const noTerminal = spawnSync('script', ['--version']).status !== 0;

let sandbox: Sandbox;

/** An answer to a question that the terminal shows; a function is called to make it. */
type Answer = readonly [question: string, answer: string | (() => string)];

const ENTER = '\r';
const CONTROL_C = '\u0003';
const CONTROL_D = '\u0004';

/** Runs a line of shell at a terminal and answers what it asks, each question once. */
async function atTerminal(line: string, ...answers: readonly Answer[]): Promise<Ended> {
  const left = [...answers];
  let seen = 0;
  const ended = await sandbox.run('script', ['-qec', line, '/dev/null'], {
    onOutput: (shown, write) => {
      const [next] = left;
      if (next === undefined) return;
      const at = shown.indexOf(next[0], seen);
      if (at < 0) return;
      seen = at + next[0].length;
      left.shift();
      write(typeof next[1] === 'string' ? next[1] : next[1]());
    },
  });
  expect(left, `not asked for: ${ended.stdout}`).toEqual([]);
  return ended;
}

beforeAll(async () => {
  sandbox = new Sandbox();
  const setup = [
    'printf "horse" > password; printf "firmware" > image.bin; truncate -s 20G huge',
    'hybridge keygen ML-DSA-44 --out locked.pem --password-file password --quiet',
    'hybridge keygen ML-DSA-44 --out maker.pem --quiet',
    'printf donkey > other; hybridge keygen ML-DSA-44 --out other.pem --password-file other --quiet',
    'hybridge cert new-ca --key maker.pem --subject CN=CA --out ca.crt --quiet',
    'by="--cert ca.crt --key maker.pem --profile code-signing --quiet"',
    'hybridge cert issue --public-key locked.pub --subject CN=locked $by --out locked.crt',
    'hybridge cert issue --public-key other.pub --subject CN=other $by --out other.crt',
  ].join('; ');
  expect(await sandbox.shell(setup)).toMatchObject({ code: 0, stderr: '' });
});

afterAll(() => {
  const temporaries = sandbox.list().filter((file) => file.startsWith('.hybridge'));
  sandbox.remove();
  expect(temporaries, 'half-written files').toEqual([]);
});

describe.skipIf(noTerminal)('at a terminal (needs `script`)', { concurrent: true }, () => {
  it('asks twice for a new password and shows neither', async () => {
    const { code, stdout } = await atTerminal(
      'hybridge keygen ML-DSA-44 --out asked.pem --password',
      ['New password for asked.pem: ', `horse${ENTER}`],
      ['Again: ', `horse${ENTER}`],
    );
    expect(code, stdout).toBe(0);
    expect(stdout).not.toContain('horse');
    expect(stdout).toContain('private key  asked.pem  ML-DSA-44, encrypted');
    const read = await sandbox.shell(
      'hybridge key public asked.pem --password-file password | cmp - asked.pub',
    );
    expect(read).toMatchObject({ code: 0, stderr: '' });
  });

  it('takes both answers when they come at once', async () => {
    const { code, stdout } = await atTerminal('hybridge keygen ML-DSA-44 --out pasted.pem --password', [
      'New password for pasted.pem: ',
      `horse${ENTER}horse${ENTER}`,
    ]);
    expect(code, stdout).toBe(0);
    expect(stdout).not.toContain('horse');
  });

  it.each([
    ['another one', 'donkey', 'horse', 'the two passwords differ'],
    ['nothing', '', '', 'the password is empty'],
  ])('refuses a repetition with %s', async (what, first, again, message) => {
    const name = what.replace(' ', '-');
    const { code, stdout } = await atTerminal(
      `hybridge keygen ML-DSA-44 --out ${name}.pem --password`,
      ['New password', `${first}${ENTER}`],
      ['Again: ', `${again}${ENTER}`],
    );
    expect(code, stdout).toBe(2);
    expect(stdout).toContain(`error: ${message}`);
    expect(sandbox.list().filter((file) => file.startsWith(name))).toEqual([]);
  });

  it('leaves neither key when the name of one is taken in the meantime', async () => {
    const { code, stdout } = await atTerminal(
      'hybridge keygen ML-DSA-44 --out race.pem --password',
      ['New password', `horse${ENTER}`],
      [
        'Again: ',
        () => {
          writeFileSync(sandbox.path('race.pub'), 'mine');
          return `horse${ENTER}`;
        },
      ],
    );
    expect(code, stdout).toBe(2);
    expect(stdout).toContain('error: race.pub exists already');
    expect(readFileSync(sandbox.path('race.pub'), 'utf8')).toBe('mine');
    expect(sandbox.list().filter((file) => file.startsWith('race.'))).toEqual(['race.pub']);
  });

  it('asks when a key turns out to be encrypted', async () => {
    const { code, stdout } = await atTerminal('hybridge sign --key locked.pem --out asked.sig image.bin', [
      'Password of locked.pem: ',
      `horsx\u007fe${ENTER}`,
    ]);
    expect(code, stdout).toBe(0);
    const wrong = await atTerminal('hybridge key public locked.pem', ['Password of', `donkey${ENTER}`]);
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain('error: locked.pem: private key: wrong password, or the file was changed');
    expect(wrong.stdout).not.toContain('donkey');
  });

  it('asks for the password of each of several keys by its name', async () => {
    const { code, stdout } = await atTerminal(
      'hybridge cms sign --key locked.pem --cert locked.crt --key other.pem --cert other.crt --out two.p7s image.bin',
      ['Password of locked.pem: ', `horse${ENTER}`],
      ['Password of other.pem: ', `donkey${ENTER}`],
    );
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('two.p7s  signed by CN=other');
  });

  it.each([
    ['Control-C', CONTROL_C, 130],
    ['Control-D', CONTROL_D, 2],
  ])('gives the terminal back after %s', async (name, key, expected) => {
    const { stdout } = await atTerminal(
      `hybridge keygen ML-DSA-44 --out ${name}.pem --password; echo "exit $?"; stty -a`,
      ['New password', `horse${ENTER}`],
      ['Again: ', key],
    );
    expect(stdout).toContain(`exit ${String(expected)}`);
    expect(stdout, 'echo is on again').toMatch(/ echo\b/u);
    expect(stdout, 'lines are edited again').toMatch(/ icanon\b/u);
    expect(sandbox.list().filter((file) => file.startsWith(name))).toEqual([]);
  });

  it('does not ask where the question would not be seen', async () => {
    const { stdout } = await atTerminal(
      'hybridge key public locked.pem 2> unseen; echo "exit $?"; cat unseen',
    );
    expect(stdout).toContain('exit 2');
    expect(stdout).toContain('there is no terminal to ask at');
  });

  it('shows progress on long work, and ends it by Control-C without a trace', async () => {
    const { code, stdout } = await atTerminal('hybridge sign --key maker.pem --out huge.sig huge', [
      'MiB',
      CONTROL_C,
    ]);
    expect(code).toBe(130);
    expect(stdout).toMatch(/signing .*% .*\/20480 MiB/u);
    const [hidden = 0, shown] = ['\u001b[?25l', '\u001b[?25h'].map((code) => stdout.lastIndexOf(code));
    expect(shown, 'the cursor is shown again').toBeGreaterThan(hidden);
    expect(sandbox.list()).not.toContain('huge.sig');
  });

  it('shows none on short work, with --quiet, or where nobody watches', async () => {
    // The first writes until its progress was seen, however slow the machine is.
    const untilShown = 'for i in $(seq 200); do [ -e shown ] && break; printf a; sleep 0.1; done';
    const watched = atTerminal(`(${untilShown}) | hybridge sign --key maker.pem --out watched.sig -`, [
      'signing 0 MiB',
      () => {
        writeFileSync(sandbox.path('shown'), '');
        return '';
      },
    ]);
    const slowly = '(printf a; sleep 2; printf b) | hybridge sign --key maker.pem';
    const others = await Promise.all(
      [
        `${slowly} --out quiet.sig --quiet -`,
        `${slowly} --out unwatched.sig - 2> progress; cat progress`,
        'hybridge sign --key maker.pem --out short.sig image.bin',
      ].map((line) => atTerminal(line)),
    );
    expect((await watched).code).toBe(0);
    for (const { code, stdout } of others) expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  it('shows which primitive is asked', async () => {
    const { code, stdout } = await atTerminal('hybridge providers --self-test X25519 Ed25519');
    expect(code).toBe(0);
    expect(stdout).toContain('1 of 2: X25519');
    expect(stdout).toMatch(/2 of 2: Ed25519\r\u001b\[K/u);
  });
});
