import type { FigureDataset } from './figure-options.ts';
import type { Palette } from './palette.ts';

/** A thin line through places that have markers of their own, in a scatter plot. The legend names it where it has a label. */
export function plainLine(
  data: FigureDataset['data'],
  { neutral }: Palette,
  look: { readonly label?: string; readonly isDashed?: boolean; readonly colour?: string } = {},
): FigureDataset {
  const { label = '', isDashed = false, colour = neutral } = look;
  return {
    ...{ type: 'scatter', label, data, showLine: true, pointRadius: 0, pointHitRadius: 0, pointStyle: 'line' },
    ...{ borderColor: colour, borderWidth: 1, ...(isDashed && { borderDash: [4, 3] }) },
  } as FigureDataset;
}
