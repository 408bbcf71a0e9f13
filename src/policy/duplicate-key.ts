/**
 * The first key that stands twice in one object of a JSON text, if any. `JSON.parse` keeps the last of the two in
 * silence; a policy must not say two things. The text is one that `JSON.parse` has accepted.
 */
export function duplicateKey(json: string): string | undefined {
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  const open: (Set<string> | undefined)[] = [];
  for (const [text, colon] of json.matchAll(token)) {
    if (text === '{') open.push(new Set());
    else if (text === '[') open.push(undefined);
    else if (text === '}' || text === ']') open.pop();
    else if (colon !== undefined) {
      const key = String(JSON.parse(text.slice(0, text.length - colon.length)));
      const keys = open.at(-1);
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
