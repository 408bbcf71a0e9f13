/** Headless Chromium, spoken to through a pipe with its DevTools protocol: the page is looked at as it is. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';

const BROWSER = '/usr/bin/chromium';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
  ...['--hide-scrollbars', '--remote-debugging-pipe'],
];

/** Why there is no browser to ask; `undefined` where there is one. */
export function whyNoBrowser(): string | undefined {
  try {
    accessSync(BROWSER, constants.X_OK);
    return undefined;
  } catch {
    return `${BROWSER} is not installed`;
  }
}

type Reply = Readonly<Record<string, unknown>>;

/** A tab. */
export interface Tab {
  /** A command of the DevTools protocol. */
  send(method: string, params?: object): Promise<Reply>;
  /** The value of an expression, awaited, in the page. */
  evaluate(expression: string): Promise<unknown>;
}

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Reply;
  readonly error?: { readonly message: string };
}

/** Messages end with a zero byte, in both directions. */
function connect(child: ChildProcess): {
  send: (message: object) => Promise<Reply>;
  seen: (method: string) => Promise<void>;
} {
  const [, , , input, output] = child.stdio;
  if (!(input instanceof Writable) || !(output instanceof Readable))
    throw new Error('no pipes to the browser');
  const waiting = new Map<number, (answer: Answer) => void>();
  const events = new Map<string, (() => void)[]>();
  let held = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (held + text).split('\0');
    held = messages.pop() ?? '';
    for (const message of messages) {
      const answer = JSON.parse(message) as Answer;
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
      else for (const tell of events.get(answer.method ?? '')?.splice(0) ?? []) tell();
    }
  });
  let last = 0;
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id);
          if (error === undefined) resolve(result ?? {});
          else reject(new Error(error.message));
        });
        input.write(`${JSON.stringify({ id, ...message })}\0`);
      }),
    seen: (method) =>
      new Promise((resolve) => {
        events.set(method, [...(events.get(method) ?? []), resolve]);
      }),
  };
}

/** Opens a file in a browser of its own, which ends with the work. */
export async function withTab<T>(file: string, work: (tab: Tab) => Promise<T>): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), 'hybridge-browser-'));
  const child = spawn(BROWSER, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    timeout: 120_000,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'close');
  try {
    const { send, seen } = connect(child);
    const { targetInfos } = await send({ method: 'Target.getTargets' });
    const [target] = (targetInfos as { targetId: string; type: string }[]).filter(
      ({ type }) => type === 'page',
    );
    const { sessionId } = await send({
      method: 'Target.attachToTarget',
      params: { targetId: target?.targetId, flatten: true },
    });
    const tab: Tab = {
      send: (method, params = {}) => send({ method, params, sessionId }),
      evaluate: async (expression) => {
        const { result, exceptionDetails } = await tab.send('Runtime.evaluate', {
          expression,
          awaitPromise: true,
          returnByValue: true,
        });
        if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
        return (result as { value?: unknown }).value;
      },
    };
    await tab.send('Page.enable');
    const loaded = seen('Page.loadEventFired');
    await tab.send('Page.navigate', { url: `file://${file}` });
    await loaded;
    return await work(tab);
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
