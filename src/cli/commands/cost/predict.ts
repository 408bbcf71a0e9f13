import type { Command } from '@commander-js/extra-typings';
import {
  type CostData,
  describeSource,
  type Figure,
  type Latency,
  type Need,
  predict,
  type Prediction,
} from '../../../cost/index.ts';
import { figureText, statusText } from '../../cost-figure.ts';
import { requestOf, withRequestOptions } from '../../cost-request.ts';
import { jsonOption, quietOption } from '../../options.ts';
import { EXIT, type ExitCode, finish, printLine, printTable, run } from '../../outcome.ts';

/** What is printed as one line of the table. */
interface Line {
  readonly label: string;
  readonly figure: Figure;
}

function latencyLines(label: string, time: Latency): readonly Line[] {
  const { mean, p50, p95, p99, worst } = time;
  if (mean === worst) return [{ label, figure: mean }];
  return [
    { label: `${label}, mean`, figure: mean },
    { label: `${label}, p50`, figure: p50 },
    { label: `${label}, p95`, figure: p95 },
    { label: `${label}, p99`, figure: p99 },
    { label: `${label}, worst`, figure: worst },
  ];
}

function needLines(what: string, need: Need): readonly Line[] {
  return [
    ...need.items.map(({ label, bytes }) => ({ label: `${what}: ${label}`, figure: bytes })),
    { label: `${what} in all`, figure: need.total },
    { label: `${what} there is`, figure: need.capacity },
  ];
}

const ARROW = { up: 'sent', down: 'received' } as const;

function transferLines({ items, flights, up, down, airtime, link }: Prediction): readonly Line[] {
  const bytes = items.flatMap(({ label, direction, bytes: figure }) => [
    { label: `${label}, ${ARROW[direction]}`, figure },
  ]);
  const totals =
    items.length === 0
      ? []
      : [
          { label: 'sent in all', figure: up },
          { label: 'received in all', figure: down },
        ];
  const pieces = flights.flatMap(({ label, pieces: figure, extraRoundTrips }) => [
    { label: `${label}, pieces`, figure },
    { label: `${label}, further round trips`, figure: extraRoundTrips },
  ]);
  return [
    ...bytes,
    ...totals,
    ...pieces,
    ...(link?.radio === true ? [{ label: 'time on air', figure: airtime }] : []),
  ];
}

function lines(prediction: Prediction): readonly Line[] {
  const { steps, time, cpu, ram, flash, energy, device } = prediction;
  return [
    ...(steps.length > 1 ? steps.map((step) => ({ label: step.label, figure: step.time.mean })) : []),
    ...latencyLines('time', time),
    ...(steps.some(({ kind }) => kind !== 'cpu') ? latencyLines('CPU of the device', cpu) : []),
    ...transferLines(prediction),
    ...needLines('RAM', ram),
    ...needLines('flash', flash),
    ...(device.currents === undefined ? [] : [{ label: 'energy', figure: energy }]),
  ];
}

/** Numbers the sources in the order in which figures name them. */
class References {
  readonly #numbers = new Map<string, number>();

  of(figure: Figure): string {
    if (!figure.known) return '';
    return figure.sources
      .map((id) => {
        const number = this.#numbers.get(id) ?? this.#numbers.size + 1;
        this.#numbers.set(id, number);
        return `[${number}]`;
      })
      .join('');
  }

  get ids(): readonly string[] {
    return [...this.#numbers.keys()];
  }
}

function sourceText(data: CostData, id: string): string {
  const described = describeSource(data, id);
  if (described === undefined) return id;
  const { source, row } = described;
  const what = row === undefined ? source.title : `${id}: ${source.title}`;
  return `${what} (${source.reference})${row?.caveat === undefined ? '' : `; ${row.caveat}`}`;
}

function print(prediction: Prediction, data: CostData): void {
  const { title, fits, ram, flash, implementations, verdicts, assumptions, link } = prediction;
  printLine(`${title}${link === undefined ? '' : ` over ${link.title}`}`);
  printLine(`fits: ${fits}`);
  printTable([
    ['', 'RAM', ram.fits, ram.because],
    ['', 'flash', flash.fits, flash.because],
  ]);
  printLine('');
  const references = new References();
  printTable([
    ['figure', 'value [low..high]', 'known', 'from'],
    ...lines(prediction).map(({ label, figure }) => [
      label,
      figureText(figure),
      statusText(figure),
      `${references.of(figure)} ${figure.because}`.trimStart(),
    ]),
  ]);
  printLine('');
  for (const [work, implementation] of Object.entries(implementations))
    printLine(`${work}: ${implementation}`);
  for (const { algorithm, verdict, because } of verdicts)
    printLine(`policy: ${verdict}: ${algorithm}: ${because}`);
  for (const assumption of assumptions) printLine(`assumed: ${assumption}`);
  references.ids.forEach((id, index) => {
    printLine(`[${index + 1}] ${sourceText(data, id)}`);
  });
}

/** Every id that some figure of the prediction names, described. */
function sourcesOf(prediction: Prediction, data: CostData): Readonly<Record<string, object>> {
  const found: Record<string, object> = {};
  for (const { figure } of lines(prediction))
    for (const id of figure.known ? figure.sources : []) found[id] ??= describeSource(data, id) ?? {};
  return found;
}

function exitOf({ fits, verdicts }: Prediction): ExitCode {
  return fits === 'no' || verdicts.some(({ verdict }) => verdict === 'refuse') ? EXIT.negative : EXIT.done;
}

/** `hybridge cost predict`. */
export function addPredict(cost: Command): void {
  withRequestOptions(
    cost
      .command('predict')
      .description(
        'Predicts what a scenario takes on a device: time, RAM, flash, bytes; with bounds and sources.',
      ),
  )
    .addOption(jsonOption)
    .addOption(quietOption)
    .addHelpText(
      'after',
      '\nExample:\n  $ hybridge cost predict --device nrf52840 --scenario operation --algorithm ML-DSA-65 --operation verify',
    )
    .action((flags) =>
      run(async () => {
        const request = await requestOf(flags);
        const prediction = predict(request);
        return finish(
          flags,
          exitOf(prediction),
          { ...prediction, sources: sourcesOf(prediction, request.data) },
          () => {
            print(prediction, request.data);
          },
        );
      }),
    );
}
