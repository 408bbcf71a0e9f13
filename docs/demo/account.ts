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
