import { airtimeSection } from './airtime.ts';
import { benchSection, dataOf } from './bench.ts';
import { chainSection } from './chain.ts';
import { changeSection } from './change.ts';
import { checksSection } from './checks.ts';
import { comparisonSection } from './comparison.ts';
import { createEvidence, type Evidence } from './evidence.ts';
import { predictionsOf } from './everything.ts';
import { fitSection } from './fit.ts';
import { fleetSection } from './fleet.ts';
import { html, Markup } from './html.ts';
import type { ReportInput } from './input.ts';
import { counted, day } from './numbers.ts';
import { signingSection } from './signing.ts';
import { assumptionsSection, sourcesSection } from './sources.ts';
import { STYLE, STYLE_HASH } from './style.ts';
import { summarySection } from './summary.ts';
import { tradeOffSection } from './trade-off.ts';
import { waterfallSection } from './waterfall.ts';

/** In the order of the page. Sources come last: by then it is known what is cited. */
const SECTIONS: readonly {
  readonly id: string;
  readonly title: string;
  readonly write: (input: ReportInput, evidence: Evidence) => Markup | undefined;
}[] = [
  { id: 'summary', title: 'In short', write: summarySection },
  { id: 'changes', title: 'Before and after', write: changeSection },
  { id: 'fit', title: 'What fits', write: fitSection },
  { id: 'chains', title: 'Certificate chains', write: chainSection },
  { id: 'steps', title: 'Where the time goes', write: waterfallSection },
  { id: 'signing', title: 'Signing is a distribution', write: signingSection },
  { id: 'air', title: 'Time on air', write: airtimeSection },
  { id: 'trade-off', title: 'Signatures: bytes against time', write: tradeOffSection },
  { id: 'options', title: 'Options and what moves the answer', write: comparisonSection },
  { id: 'fleet', title: 'The fleet by year', write: fleetSection },
  { id: 'checks', title: 'Predicted beside measured', write: checksSection },
  { id: 'bench', title: 'Measured on this machine', write: benchSection },
  { id: 'assumptions', title: 'Assumptions', write: assumptionsSection },
  { id: 'sources', title: 'Where the numbers come from', write: (_, evidence) => sourcesSection(evidence) },
];

function about(input: ReportInput): string {
  const predictions = predictionsOf(input);
  const devices = new Set(predictions.map(({ device }) => device.id));
  const links = new Set(predictions.flatMap(({ link }) => (link === undefined ? [] : [link.id])));
  return [
    `As of ${day(input.at)}`,
    counted(devices.size, 'device'),
    counted(links.size, 'link'),
    counted(predictions.length, 'prediction'),
  ].join(' · ');
}

/**
 * Writes a report as one page of HTML: nothing is fetched, nothing runs, and what names and titles contain stays text.
 * The same input gives the same page.
 *
 * @example
 * ```ts
 * import { COST_DATA, predict, renderReport } from 'hybridge/cost';
 *
 * const page = renderReport({
 *   title: 'Sensor hub',
 *   at: new Date('2026-11-22'),
 *   data: COST_DATA,
 *   fit: [],
 *   changes: [],
 *   chains: [],
 *   signatures: [],
 *   comparisons: [],
 * });
 * console.log(page.length);
 * ```
 */
export function renderReport(input: ReportInput): string {
  const evidence = createEvidence(dataOf(input));
  const sections = SECTIONS.flatMap(({ id, title, write }) => {
    const content = write(input, evidence);
    return content === undefined ? [] : [{ id, title, content }];
  });
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${input.title}</title>
        ${new Markup(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <a class="skip" href="#summary">To the content</a>
        <header>
          <p class="kicker">Post-quantum migration · what it costs</p>
          <h1>${input.title}</h1>
          <p class="meta">${about(input)}</p>
        </header>
        <nav aria-label="Contents">
          <ol>
            ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
          </ol>
        </nav>
        <main>
          ${sections.map(
            ({ id, title, content }) =>
              html`<section id="${id}" aria-labelledby="${id}-h">
                <h2 id="${id}-h">${title}</h2>
                ${content}
              </section> `,
          )}
        </main>
        <footer>
          <p>
            Predictions from cited figures and stated formulae. They are no measurement of your device:
            measure before you decide, and give your figures to the next report.
          </p>
        </footer>
      </body>
    </html> `;
  return page.toString();
}
