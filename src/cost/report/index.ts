/** Reports: one self-contained page, or the same numbers as CSV or JSON. */
export { composeReport, type ReportRequest } from './compose.ts';
export type { Change, Check, FitRow, LabelledPrediction, ReportInput, SignaturePoint } from './input.ts';
export { renderReport } from './report.ts';
export { reportCsv } from './report-csv.ts';
export { reportJson, type ReportDocument, type ReportedFleet } from './report-json.ts';
