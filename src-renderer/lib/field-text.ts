import { decimal, UNKNOWN } from '#core/analysis/quantity.ts';
import type { FieldFormat, FieldValue, RunField } from '#core/run-fields.ts';
import { isUnknown } from '#core/run-fields.ts';
import type { GroupCell } from '#core/run-groups.ts';
import { absoluteMoment, count, duration } from './format.ts';

/** Over a column of its values, with their unit. */
export function fieldTitle({ title, format }: RunField): string {
  return format === 'percent' ? `${title} (%)` : title;
}

/** A value as tables write it; the unit of a percentage stands over its column. */
export function fieldText(format: FieldFormat, value: FieldValue): string {
  if (isUnknown(value)) return UNKNOWN;
  if (typeof value === 'number') return numberText(format, value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : value.join(', ');
}

/** The same where no column says the unit. */
export function fieldTextWithUnit(format: FieldFormat, value: FieldValue): string {
  const text = fieldText(format, value);
  return format === 'percent' && text !== UNKNOWN ? `${text} %` : text;
}

function numberText(format: FieldFormat, value: number): string {
  // An error is the share of no images then; a loss is what a run that diverges has.
  if (Number.isNaN(value)) return format === 'percent' ? UNKNOWN : 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  switch (format) {
    case 'count':
      return count(value);
    case 'loss':
      return lossText(value);
    case 'percent':
      return decimal(value, 2);
    case 'duration':
      return duration(value);
    case 'moment':
      return absoluteMoment(value).slice(0, 16);
    default:
      return String(value).replace('-', '−');
  }
}

/** A loss that explodes on its way to NaN has no decimals to show. */
function lossText(value: number): string {
  return Math.abs(value) < 10_000 ? decimal(value, 4) : value.toExponential(2).replace('e+', 'e');
}

/** "7.89 ± 0.34"; "7.89 ± 0.34 (2 of 3)" where the number is not known of all runs. */
export function groupCellText(format: FieldFormat, cell: GroupCell): string {
  if (cell.kind === 'same') return fieldText(format, cell.value);
  if (cell.kind === 'various') return `${count(cell.count)} values`;
  const half = cell.halfWidth === null ? '' : ` ± ${meanText(format, cell.halfWidth)}`;
  const known = cell.known === cell.of ? '' : ` (${cell.known} of ${cell.of})`;
  return `${meanText(format, cell.mean)}${half}${known}`;
}

function meanText(format: FieldFormat, value: number): string {
  if (format === 'count') return count(Number.isInteger(value) ? value : Number(value.toFixed(1)));
  return format === 'number' ? String(Number(value.toPrecision(4))) : fieldText(format, value);
}

/** What a cell of a group says, in a sentence. */
export function groupCellTitle(field: RunField, cell: GroupCell): string {
  if (cell.kind !== 'mean') return groupCellText(field.format, cell);
  const ofRuns = `Mean ${field.title} of ${cell.known === cell.of ? cell.of : `${cell.known} of ${cell.of}`} runs`;
  return cell.halfWidth === null ? ofRuns : `${ofRuns}, with half the width of its 95 % interval (Student’s t)`;
}
