import type { Command } from '@commander-js/extra-typings';
import { addAdvise } from './cost/advise.ts';
import { addCalibrate } from './cost/calibrate.ts';
import { addCheck } from './cost/check.ts';
import { addCompare } from './cost/compare.ts';
import { addPredict } from './cost/predict.ts';
import { addReport } from './cost/report.ts';
import { addWhatif } from './cost/whatif.ts';

/** `hybridge cost predict|compare|whatif|check|advise|calibrate|report`. */
export function addCost(program: Command): void {
  const cost = program
    .command('cost')
    .description('What a migration takes on a device and its link: predicted, compared, checked, reported.');
  for (const add of [addPredict, addCompare, addWhatif, addCheck, addAdvise, addCalibrate, addReport])
    add(cost);
}
