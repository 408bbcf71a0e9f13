const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What must not outlive an interrupted command: half-written files, a terminal without echo or cursor. */
const pending = new Set<() => void>();

/**
 * Ends the process by the signal, as if nobody had caught it, after cleaning up: a shell then sees 128 + its number,
 * and a script that was interrupted stops as well.
 */
export function interrupt(signal: NodeJS.Signals): void {
  for (const undo of pending) undo();
  release();
  process.kill(process.pid, signal);
}

function release(): void {
  pending.clear();
  for (const signal of SIGNALS) process.off(signal, interrupt);
}

/**
 * Registers what is to be undone if a signal ends the command; the result takes it back. As long as there is nothing
 * to undo, signals are not caught at all: they then end also what never lets the event loop turn.
 */
export function onInterruption(undo: () => void): () => void {
  if (pending.size === 0) for (const signal of SIGNALS) process.on(signal, interrupt);
  pending.add(undo);
  return () => {
    pending.delete(undo);
    if (pending.size === 0) release();
  };
}
