import { expect } from 'vitest';
import { COST_DATA, findDevice } from '../../src/cost/data/index.ts';
import type { CostOperation, Device } from '../../src/cost/data/types.ts';
import { predict } from '../../src/cost/predict.ts';
import type { Prediction } from '../../src/cost/prediction.ts';
import type { Figure, Quantity, Unit } from '../../src/cost/quantity.ts';
import type { PredictRequest } from '../../src/cost/scenario.ts';
import { operationsOf } from '../../src/cost/work.ts';
import { ALGORITHMS } from '../../src/registry/index.ts';

/** A text that has this one in it; vitest says `any`. */
export function containing(text: string): unknown {
  return expect.stringContaining(text);
}

/** The quantity, or a failure that says why there is none. */
export function known<U extends Unit>(figure: Figure<U>): Quantity<U> {
  if (!figure.known) throw new Error(figure.because);
  return figure;
}

/** A device whose flash keeps up with its core, as the one that a figure was taken on. */
export function withoutWaitStates(id: string, megahertz?: number): Device {
  const device = findDevice(COST_DATA, id);
  return {
    ...device,
    waitStates: { low: 0, value: 0, high: 0 },
    ...(megahertz !== undefined && { megahertz: { value: megahertz, status: 'published' } }),
  };
}

/** One operation on a device. */
export function operation(
  device: Device | string,
  algorithm: string,
  name: CostOperation,
  more: Partial<PredictRequest> & { readonly messageBytes?: number } = {},
): Prediction {
  const { messageBytes, ...request } = more;
  return predict({
    device,
    scenario: {
      kind: 'operation',
      algorithm,
      operation: name,
      ...(messageBytes !== undefined && { messageBytes }),
    },
    ...request,
  });
}

function isFigure(value: object): value is Figure {
  return 'known' in value && 'unit' in value;
}

/** Every figure in a value, however deep, with the way to it. */
export function* figuresIn(value: unknown, path = ''): Generator<readonly [path: string, figure: Figure]> {
  if (typeof value !== 'object' || value === null) return;
  if (isFigure(value)) {
    yield [path, value];
    return;
  }
  for (const [key, inner] of Object.entries(value)) yield* figuresIn(inner, `${path}.${key}`);
}

/** Every operation that the registry or the data knows. */
export const ALL_OPERATIONS: readonly (readonly [algorithm: string, operation: CostOperation])[] = [
  ...new Map(
    [
      ...ALGORITHMS.flatMap((one) => operationsOf(one).map((name) => [one.name, name] as const)),
      ...COST_DATA.rows.map(({ algorithm, operation: name }) => [algorithm, name] as const),
    ].map((pair) => [pair.join(' '), pair]),
  ).values(),
];
