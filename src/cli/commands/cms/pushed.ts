/** Content that a judge pushes out, for an output that pulls; and that is withheld when the verdict is negative. */

/** Thrown at the end of the content, so that the output discards what it has. */
class Withheld extends Error {}

/**
 * Runs a judge that pushes content, while an output takes it. The content ends well only when the verdict holds: a
 * file, which takes its name after that, then never comes into being.
 *
 * @returns The verdict.
 */
export async function pushed<Verdict>(
  judge: (onContent: (piece: Uint8Array) => Promise<void>) => Promise<Verdict>,
  holds: (verdict: Verdict) => boolean,
  write: (pieces: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<Verdict> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  // A copy: the piece is the judge's again as soon as the stream has it. An output that failed cancels the stream,
  // which the judge sees at its next piece.
  const verdict = judge((piece) => writer.write(piece.slice())).finally(() =>
    writer.close().catch(() => undefined),
  );
  verdict.catch(() => undefined);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield* readable;
    if (!holds(await verdict)) throw new Withheld();
  }
  try {
    await write(pieces());
  } catch (error) {
    if (!(error instanceof Withheld)) throw error;
  }
  return verdict;
}
