import type { Figure } from 'hybridge/cost';

/** Prints the story for a person, or keeps quiet and prints one JSON document at the end. */
export class Account {
  readonly #json: boolean;
  readonly #facts: Record<string, unknown> = {};
  #scene = 0;

  constructor(json: boolean) {
    this.#json = json;
  }

  scene(title: string): void {
    this.#scene++;
    this.#print(`\n${this.#scene}. ${title}`);
  }

  /** One line of the story. */
  say(text: string): void {
    this.#print(`   ${text}`);
  }

  table(rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    for (const row of rows)
      this.say(
        row
          .map((cell, column) => {
            const width = widths[column] ?? 0;
            return /^[0-9]/u.test(cell) ? cell.padStart(width) : cell.padEnd(width);
          })
          .join('   ')
          .trimEnd(),
      );
  }

  /** What machines read. */
  record(name: string, value: unknown): void {
    this.#facts[name] = value;
  }

  end(): void {
    if (this.#json) process.stdout.write(`${JSON.stringify(this.#facts, undefined, 2)}\n`);
  }

  #print(text: string): void {
    if (!this.#json) process.stdout.write(`${text}\n`);
  }
}

/** 1234567 as `1 234 567`. */
export function grouped(value: number): string {
  return String(Math.round(value)).replaceAll(/(?<=\d)(?=(?:\d{3})+$)/gu, ' ');
}

/** Milliseconds with three significant digits. */
export function milliseconds(value: number): string {
  return `${value.toPrecision(3)} ms`;
}

/** A figure without its bounds. */
export function short(one: Figure): string {
  return one.known ? inUnit(one.value, one.unit) : 'no data';
}

/** A figure with its bounds, if it has any. */
export function figure(one: Figure): string {
  if (!one.known || one.low === one.high) return short(one);
  return `${short(one)} (${inUnit(one.low, one.unit)} to ${inUnit(one.high, one.unit)})`;
}

function inUnit(value: number, unit: Figure['unit']): string {
  if (unit === 'ms') return duration(value);
  return `${grouped(value)} ${unit === 'bytes' ? 'B' : unit}`;
}

function duration(value: number): string {
  return value < 1000 ? milliseconds(value) : `${(value / 1000).toPrecision(3)} s`;
}

/** What was measured less what was predicted. */
export function residual(predicted: Figure, measured: Figure): string {
  if (!predicted.known || !measured.known) return 'no data';
  const difference = Math.round(measured.value - predicted.value);
  return `${difference > 0 ? '+' : ''}${difference} B${within(predicted, measured) ? '' : ', OUT OF BOUNDS'}`;
}

/** Whether what was measured lies between the bounds of its prediction. */
export function within(predicted: Figure, measured: Figure): boolean {
  return (
    predicted.known && measured.known && measured.value >= predicted.low && measured.value <= predicted.high
  );
}
