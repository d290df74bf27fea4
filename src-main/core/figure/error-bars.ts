import type { FigureDataset } from './figure-options.ts';

/**
 * Error bars without markers, as a data set of their own: together with the means, they would be drawn over the markers and fill
 * the hollow ones. The ends of each point's bars are its `xMin`, `xMax`, `yMin` and `yMax`.
 */
export function errorBars(data: FigureDataset['data'], colour: string): FigureDataset {
  return {
    type: 'scatterWithErrorBars',
    label: '',
    data,
    pointRadius: 0,
    pointHitRadius: 0,
    errorBarColor: colour,
    errorBarLineWidth: 1,
    errorBarWhiskerColor: colour,
    errorBarWhiskerLineWidth: 1,
    errorBarWhiskerSize: 6,
  } as FigureDataset;
}
