import type { TestedArm } from '../compared-arm.ts';
import { percent, pValue, signedPoints } from '../quantity.ts';

/** "12.3 % of the training time (95 % interval 10.1 % to 14.5 %)" */
export function savingWithInterval({ saved, ci }: TestedArm): string {
  const interval = ci.wall === null ? '' : ` (95 % interval ${ci.wall.map((end) => percent(end)).join(' to ')})`;
  return `${percent(saved.wall)} of the training time${interval}`;
}

/** "one-sided upper bound +0.31, Holm p 0.012"; empty where the margin was not tested. */
export function marginBounds({ nonInferiority }: TestedArm): string[] {
  if (nonInferiority === null) return [];
  return [`one-sided upper bound ${signedPoints(nonInferiority.upper)}, Holm ${pValue(nonInferiority.holm)}`];
}
