/** The fleet by year under each plan: what it sends and receives, class by class, and what fails on the way. */
import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import type { FleetAmounts, FleetCase, FleetClassOutcome, FleetOutcome, FleetPlanOutcome } from '../fleet.ts';
import { type Figure, sum } from '../quantity.ts';
import { bar, barLegend, chart, label, mark, rule } from './chart.ts';
import type { Evidence } from './evidence.ts';
import { figureCell } from './figure-cell.ts';
import { grouped, verdict } from './fit.ts';
import { type Content, html, type Markup } from './html.ts';
import type { ReportInput } from './input.ts';
import { counted, figureText, inUnit, plainNumber, scaleFor } from './numbers.ts';
import { table } from './table.ts';

const WIDTH = 860;
const HEIGHT = 380;
const LEFT = 76;
const RIGHT = 850;
const TOP = 26;
const BOTTOM = 336;
/** Classes that are drawn by themselves; the smaller ones are one part together. */
const CLASSES_DRAWN = 6;
const FAILURES_LISTED = 60;

/** Bytes of a class in a year in which this share of it has been moved. */
function classBytes({ class: { count }, before, after }: FleetClassOutcome, share: number): number {
  const of = ({ perDevice: { up, down } }: FleetCase): number =>
    up.known && down.known ? up.value + down.value : 0;
  return count * (share * of(after) + (1 - share) * of(before));
}

interface Bar {
  readonly name: string;
  /** In the order of the parts. */
  readonly values: readonly number[];
}

interface Stacked {
  readonly parts: readonly string[];
  readonly bars: readonly Bar[];
}

function stacked({ classes }: FleetPlanOutcome, { years, without }: FleetOutcome): Stacked {
  // The classes that the sums beside the chart are of.
  const missing = new Set([...without.up, ...without.down]);
  const rows = classes
    .filter(({ class: { id } }) => !missing.has(id))
    .map((one) => ({
      title: one.class.title,
      now: classBytes(one, 0),
      byYear: years.map((_, index) => classBytes(one, one.shares[index] ?? 0)),
    }));
  const largest = rows.toSorted((a, b) => Math.max(b.now, ...b.byYear) - Math.max(a.now, ...a.byYear));
  const drawn = largest.slice(0, CLASSES_DRAWN);
  const others = largest.slice(CLASSES_DRAWN);
  const column = (of: (row: (typeof rows)[number]) => number): readonly number[] => [
    ...drawn.map(of),
    ...(others.length === 0 ? [] : [others.reduce((total, row) => total + of(row), 0)]),
  ];
  return {
    parts: [
      ...drawn.map(({ title }) => title),
      ...(others.length === 0 ? [] : [counted(others.length, 'smaller class', 'smaller classes')]),
    ],
    bars: [
      { name: 'today', values: column(({ now }) => now) },
      ...years.map((year, index) => ({
        name: String(year),
        values: column(({ byYear }) => byYear[index] ?? 0),
      })),
    ],
  };
}

function traffic({ up, down }: FleetAmounts): Figure<'bytes'> {
  return sum('bytes', [up, down], `Sent and received. ${up.because}`);
}

function yearsChart(plan: FleetPlanOutcome, fleet: FleetOutcome, id: string, evidence: Evidence): Markup {
  const { parts, bars } = stacked(plan, fleet);
  const most = Math.max(1, ...bars.map(({ values }) => values.reduce((total, value) => total + value, 0)));
  const unit = scaleFor(most, 'bytes');
  const y = scaleLinear([0, most / unit.divisor], [BOTTOM, TOP]).nice();
  const x = scaleBand(
    bars.map(({ name }) => name),
    [LEFT, RIGHT],
  )
    .paddingInner(0.28)
    .paddingOuter(0.14);
  const series = stack<Bar, number>()
    .keys(parts.map((_, index) => index))
    .value(({ values }, index) => (values[index] ?? 0) / unit.divisor)([...bars]);
  const crowded = bars.length > 14;
  const name = `Bytes a year under the plan ${plan.name}`;
  const failing = plan.byYear.map(({ notFitting }) => notFitting);
  return chart(
    {
      id,
      title: name,
      description: `Stacked bars: today, then ${fleet.years[0] ?? ''} to ${fleet.years.at(-1) ?? ''}; parts are classes of devices. From ${figureText(traffic(fleet.before))} today to ${plan.byYear.at(-1) === undefined ? 'no year' : inUnit(bars.at(-1)?.values.reduce((total, value) => total + value, 0) ?? 0, 'bytes')} in the last year.`,
      width: WIDTH,
      height: HEIGHT,
      body: [
        y
          .ticks(5)
          .map((tick) => [
            rule('grid', LEFT, y(tick), RIGHT, y(tick)),
            label(`${plainNumber(tick)} ${unit.name}`, LEFT - 8, y(tick) + 4, { anchor: 'end' }),
          ]),
        series.map((layer, part) =>
          layer.map(([low, high], column) => {
            const left = x(bars[column]?.name ?? '') ?? LEFT;
            return high > low ? bar(mark(part), left, y(high), x.bandwidth(), y(low) - y(high)) : undefined;
          }),
        ),
        rule('axis', LEFT, BOTTOM, RIGHT, BOTTOM),
        bars.map(({ name: column }, index) => {
          if (crowded && index > 0 && index % 2 === 0) return undefined;
          return label(column, (x(column) ?? LEFT) + x.bandwidth() / 2, BOTTOM + 20, {
            anchor: 'middle',
            ...(index === 0 ? { kind: 'strong' as const } : {}),
          });
        }),
        bars.map(({ name: column, values }, index) => {
          const failed = failing[index - 1] ?? 0;
          if (failed === 0) return undefined;
          const top = y(values.reduce((total, value) => total + value, 0) / unit.divisor);
          return label('✕', (x(column) ?? LEFT) + x.bandwidth() / 2, top - 6, {
            anchor: 'middle',
            kind: 'halo strong',
          });
        }),
      ],
    },
    {
      legend: barLegend(parts.map((text, index) => ({ mark: mark(index), text }))),
      caption: failing.some((count) => count > 0)
        ? 'A ✕ marks years in which devices run algorithms that do not fit.'
        : 'In no year devices run algorithms that are known not to fit.',
      table: yearsTable(plan, fleet, evidence),
    },
  );
}

function yearsTable(plan: FleetPlanOutcome, fleet: FleetOutcome, evidence: Evidence): Markup {
  const currency = fleet.prices?.currency;
  const amounts = (one: FleetAmounts): readonly Content[] => [
    figureCell(evidence, one.up),
    figureCell(evidence, one.down),
    figureCell(evidence, one.time),
    figureCell(evidence, one.airtime),
    figureCell(evidence, one.energy),
    ...(currency === undefined ? [] : [figureCell(evidence, one.money)]),
  ];
  return table({
    caption: `The fleet by year under the plan ${plan.name}, as numbers`,
    head: [
      'Year',
      'Moved',
      'Do not fit',
      'Not known',
      'Sent',
      'Received',
      'Time of devices',
      'Time on air',
      'Energy',
      ...(currency === undefined ? [] : [`Money, ${currency}`]),
    ],
    rows: [
      ['today', '0', '', '', ...amounts(fleet.before)],
      ...plan.byYear.map(({ year, moved, notFitting, unknownFit, amounts: one }) => [
        String(year),
        plainNumber(moved),
        plainNumber(notFitting),
        plainNumber(unknownFit),
        ...amounts(one),
      ]),
      ['in all', '', '', '', ...amounts(plan.total)],
    ],
  });
}

function titlesOf({ classes }: FleetPlanOutcome): ReadonlyMap<string, string> {
  return new Map(classes.map(({ class: { id, title } }) => [id, title]));
}

function failuresTable(plan: FleetPlanOutcome): Markup | undefined {
  const { failures } = plan;
  if (failures.length === 0) return undefined;
  const titles = titlesOf(plan);
  const rest = failures.length - FAILURES_LISTED;
  return html`${table({
    caption: `What does not fit, or is not known to, under the plan ${plan.name}`,
    head: ['Class', 'Devices', 'From', 'What it does', 'What is short', 'Verdict', 'Why'],
    rows: failures
      .slice(0, FAILURES_LISTED)
      .map(({ class: id, devices, from, activity, what, fits, before, because }) => [
        titles.get(id) ?? id,
        plainNumber(devices),
        before ? 'today' : from === undefined ? 'not moved' : String(from),
        activity,
        what,
        verdict(fits),
        html`<small>${because}</small>`,
      ]),
  })}${rest > 0 ? html`<p>And ${plainNumber(rest)} more, in the JSON form of this report.</p>` : undefined}`;
}

/** Each refusal once, with the classes that it is of. */
function refusalsTable(plan: FleetPlanOutcome): Markup | undefined {
  if (plan.refusals.length === 0) return undefined;
  const titles = titlesOf(plan);
  const groups = grouped(plan.refusals, ({ algorithm, verdict: said, since, because }) =>
    JSON.stringify([algorithm, said, since, because]),
  );
  return table({
    caption: `What the policy says of the targets of the plan ${plan.name}`,
    head: ['Algorithm', 'Verdict', 'Since', 'Why', 'Classes'],
    rows: groups.map((group) => {
      const [{ algorithm, verdict: said, since, because }] = group;
      return [
        algorithm,
        said,
        since ?? 'always',
        because,
        shortList(group.map(({ class: id }) => titles.get(id) ?? id)),
      ];
    }),
  });
}

const NAMES_LISTED = 5;

/** The first names, and how many there are more. */
function shortList(names: readonly string[]): string {
  const rest = names.length - NAMES_LISTED;
  const listed = names.slice(0, NAMES_LISTED).join(', ');
  return rest > 0 ? `${listed} and ${plainNumber(rest)} more` : listed;
}

/** Names classes that have no figure, a few of them. */
function missing(fleet: FleetOutcome): Markup | undefined {
  const entries = Object.entries(fleet.without).filter(([, classes]) => classes.length > 0);
  if (entries.length === 0) return undefined;
  return html`<p>
    Not in the sums, because a figure is missing:
    ${entries.map(([axis, classes], index) => `${index === 0 ? '' : '; '}${axis}: ${shortList(classes)}`)}.
  </p>`;
}

/** A chart, the failures and the refusals of each plan. */
export function fleetSection(input: ReportInput, evidence: Evidence): Markup | undefined {
  const { fleet } = input;
  if (fleet === undefined) return undefined;
  return html`<p class="lede">
      ${fleet.title}: ${counted(fleet.devices, 'device')} over ${counted(fleet.years.length, 'year')}.
    </p>
    ${missing(fleet)}${fleet.plans.map(
      (plan, index) =>
        html`<h3>Plan ${plan.name}</h3>
          ${yearsChart(plan, fleet, `fleet-${index}`, evidence)}${failuresTable(plan)}${refusalsTable(plan)}`,
    )}`;
}
