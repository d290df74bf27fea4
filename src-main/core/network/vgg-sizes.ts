import { z } from 'zod';
import type { KindField } from '#core/kind.ts';

/** Filters of the 13 convolutions of VGG-16 (configuration D of Simonyan & Zisserman 2014), by pooling stage. */
export const VGG_STAGES = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;

const WIDTHS = 'must be above 0 and at most 1';

/** Factor on the filters of the convolutions and the units of the classifier, for a smaller network; default 1. */
export const vggWidth = z.number().gt(0, WIDTHS).max(1, WIDTHS).optional();

export const VGG_WIDTH_FIELD: KindField = {
  ...{ key: 'width', label: 'Width', hint: 'empty: all filters; 0.25: a quarter', type: 'number' },
  ...{ isOptional: true, help: 'share of the filters', placeholder: 'factor' },
  column: { title: 'width', format: 'number' },
};

/** So many filters or units at this width, at least one. */
export function atVggWidth(count: number, width = 1): number {
  return Math.max(1, Math.round(count * width));
}
