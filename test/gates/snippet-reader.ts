// The code that documents show, in fenced blocks of Markdown and in the examples of TSDoc comments:
//
//   ts             compiled against the built package and run
//   ts no-run      only compiled
//   ts continue    appended to the TypeScript block before it
//   sh run         run by one shell, which must exit 0; plain sh is not run
//   console run    "$ " lines are commands, the lines after each are what it must print; "..." alone stands for any
//                  lines, within a line for any text; plain console is not run
//
// The shell blocks of one document share a folder, in order, as a reader would type them.

export interface Snippet {
  readonly file: string;
  /** 1-based line of the first line of code. */
  readonly line: number;
  readonly language: 'console' | 'sh' | 'ts';
  readonly runs: boolean;
  readonly code: string;
}

const languages: Readonly<Record<string, Snippet['language']>> = {
  console: 'console',
  sh: 'sh',
  shell: 'sh',
  ts: 'ts',
  typescript: 'ts',
};

const known: Readonly<Record<Snippet['language'], readonly string[]>> = {
  console: ['run'],
  sh: ['run'],
  ts: ['continue', 'no-run'],
};

/** The text of the block comments of a TypeScript file, on the lines where it stands; other lines are empty. */
export function commentsOf(source: string): string {
  let inside = false;
  return source
    .split('\n')
    .map((line) => {
      if (!inside && /^\s*\/\*\*/.test(line)) {
        inside = !line.includes('*/');
        return '';
      }
      if (!inside) return '';
      if (line.includes('*/')) inside = false;
      return line
        .replace(/\*\/.*$/, '')
        .replace(/^\s*\*( |$)/, '')
        .trimEnd();
    })
    .join('\n');
}

/** The snippets of one file, in order. Throws for a fence that never closes and for a marker nobody knows. */
export function snippetsOf(file: string, content: string): Snippet[] {
  const markdown = file.endsWith('.ts') ? commentsOf(content) : content;
  const found: Snippet[] = [];
  let open:
    { indent: string; fence: string; info: readonly string[]; line: number; code: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const where = `${file}:${index + 1}`;
    if (open === undefined) {
      const [, indent = '', fence = '', info = ''] = /^(\s*)(`{3,})\s*([^`]*)$/.exec(line) ?? [];
      if (fence !== '')
        open = { indent, fence, info: info.split(/\s+/).filter(Boolean), line: index + 2, code: [] };
      continue;
    }
    if (line.trim() !== open.fence) {
      open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
      continue;
    }
    const [name = '', ...markers] = open.info;
    const language = languages[name];
    if (language !== undefined) {
      const unknown = markers.find((marker) => !known[language].includes(marker));
      if (unknown !== undefined) throw new Error(`${where}: unknown marker "${unknown}" on a ${name} block`);
      const runs = language === 'ts' ? !markers.includes('no-run') : markers.includes('run');
      const code = `${open.code.join('\n')}\n`;
      const before = found.findLast((snippet) => snippet.language === 'ts');
      if (markers.includes('continue')) {
        if (before === undefined) throw new Error(`${where}: nothing to continue`);
        // Blank lines keep the line numbers of the second block true.
        const gap = '\n'.repeat(Math.max(0, open.line - before.line - before.code.split('\n').length + 1));
        found[found.indexOf(before)] = { ...before, code: before.code + gap + code };
      } else found.push({ file, line: open.line, language, runs, code });
    }
    open = undefined;
  }
  if (open !== undefined) throw new Error(`${file}:${open.line - 1}: this code block is never closed`);
  return found;
}

/** One command of a transcript and the lines it must print. */
export interface Step {
  readonly line: number;
  readonly command: string;
  readonly output: readonly string[];
}

/** Reads a transcript: `$ ` starts a command, a trailing backslash continues it. */
export function stepsOf({ code, line, file }: Snippet): Step[] {
  const steps: { line: number; command: string; output: string[] }[] = [];
  let continued = false;
  for (const [index, text] of code.trimEnd().split('\n').entries()) {
    const step = steps.at(-1);
    if (continued && step !== undefined) step.command += `\n${text.replace(/^> /, '')}`;
    else if (text.startsWith('$ ')) steps.push({ line: line + index, command: text.slice(2), output: [] });
    else if (step === undefined) throw new Error(`${file}:${line + index}: output before any "$ " command`);
    else step.output.push(text);
    continued = text.endsWith('\\') && (continued || text.startsWith('$ '));
  }
  return steps;
}

/** Whether what was printed is what the transcript shows. */
export function matches(expected: readonly string[], printed: readonly string[]): boolean {
  const [head, ...rest] = expected;
  if (head === undefined) return printed.length === 0;
  if (head.trim() === '...') {
    return matches(rest, printed) || (printed.length > 0 && matches(expected, printed.slice(1)));
  }
  const pattern = head.split('...').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const [first, ...others] = printed;
  return first !== undefined && new RegExp(`^${pattern.join('.*')}$`).test(first) && matches(rest, others);
}
