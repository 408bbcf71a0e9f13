/** Prints the golden report: every part of a report, from predictions that are made up. */
import { renderReport } from '../../src/cost/report/index.ts';
import { reportInput } from './report-fixtures.ts';

process.stdout.write(renderReport(reportInput()));
