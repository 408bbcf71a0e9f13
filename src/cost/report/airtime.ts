/** What a radio makes of large objects: frames, time on air, and the pause that a duty cycle demands. */
import type { Prediction } from '../prediction.ts';
import { type Figure, scale, sum } from '../quantity.ts';
import type { Evidence } from './evidence.ts';
import { figureCell } from './figure-cell.ts';
import { type Content, html, type Markup } from './html.ts';
import type { LabelledPrediction, ReportInput } from './input.ts';
import { atBeginning, plainNumber } from './numbers.ts';
import { table } from './table.ts';

function frames({ flights }: Prediction): Figure<'count'> {
  return sum(
    'count',
    flights.map(({ pieces }) => pieces),
    'All frames of all messages, in both directions.',
  );
}

/** From one time to the next, as far as the duty cycle has a say. */
function period(evidence: Evidence, { link, airtime }: Prediction): Content {
  if (link?.kind !== 'lora') return 'no duty cycle';
  const because = `Time on air over a duty cycle of ${plainNumber(link.dutyCycle * 100)} %.`;
  return figureCell(evidence, scale(airtime, 1 / link.dutyCycle, 'ms', because, 'derived'));
}

/** The table; only for links by radio. */
export function airtimeSection(input: ReportInput, evidence: Evidence): Markup | undefined {
  const all: readonly LabelledPrediction[] = [
    ...input.changes.flatMap(({ before, after }) => [before, ...after]),
    ...input.fit.map(({ prediction }) => ({ label: prediction.title, prediction })),
  ];
  const seen = new Set<string>();
  const framed = all.filter(({ prediction: { link, title, airtime, device } }) => {
    const key = JSON.stringify([device.id, link?.id, title]);
    if (link?.radio !== true || !airtime.known || airtime.value === 0 || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  if (framed.length === 0) return undefined;
  return html`<p class="lede">
      A radio that may send for one hundredth of the time needs a hundred times as long as its bytes take on
      air.
    </p>
    ${table({
      caption: 'Frames both ways, and time on air of the device’s own sending',
      head: [
        'What it does',
        'Link',
        'Sent',
        'Received',
        'Frames or segments',
        'Time on air',
        'Again after',
        'In all, p99',
      ],
      rows: framed.map(({ prediction }) => [
        html`${atBeginning(prediction.title.replace(` on ${prediction.device.title}`, ''))}<small
            >${prediction.device.title}</small
          >`,
        prediction.link?.title,
        figureCell(evidence, prediction.up),
        figureCell(evidence, prediction.down),
        figureCell(evidence, frames(prediction)),
        figureCell(evidence, prediction.airtime),
        period(evidence, prediction),
        figureCell(evidence, prediction.time.p99),
      ]),
    })}`;
}
