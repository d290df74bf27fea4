import { z } from 'zod';
import { valueAxis } from '#core/figure/axes.ts';
import type { FigureKind, ReportSubjects } from '#core/figure/figure-kind.ts';
import { ofRun, SHOWN_NOWHERE } from '#core/figure/figure-kind.ts';
import type { FigureDataset } from '#core/figure/figure-options.ts';
import { configurationOf, figureOptions } from '#core/figure/figure-options.ts';
import { paletteOf } from '#core/figure/palette.ts';
import { subjectId } from '#core/figure/request-parts.ts';
import type { RunDetail } from '#core/records.ts';

const schema = z.strictObject({ kind: z.literal('layer-sizes'), run: subjectId, relative: z.boolean().default(false) });
type Request = z.infer<typeof schema>;

/** Parameters of each layer: a figure that only tests know. */
export const layerSizes = {
  ...SHOWN_NOWHERE,
  kind: 'layer-sizes',
  schema,
  places: [],
  subjects: ofRun,
  fileName: () => 'layer-sizes',
  async draw({ run: id }: Request, source, look) {
    const { layers } = await source.run(id);
    const palette = paletteOf(look);
    const line = {
      type: 'line',
      label: 'parameters',
      data: layers.map(({ index, params }) => ({ x: index, y: params })),
      borderColor: palette.active,
    } as FigureDataset;
    const scales = {
      x: valueAxis({ title: 'layer', look, palette, isWhole: true }),
      y: valueAxis({ title: 'parameters of the layer', look, palette }),
    };
    return {
      panels: [
        { title: null, configuration: configurationOf('line', [line], figureOptions({ look, palette, scales })) },
      ],
      columns: 1,
      caption: ['Parameters of each layer.'],
      table: { columns: ['layer', 'params'], rows: layers.map(({ index, params }) => [index, params]) },
    };
  },
  runCharts: ({ id: run }: RunDetail) => [
    {
      key: 'layer-sizes',
      title: 'Sizes of the layers',
      request: { kind: 'layer-sizes', run },
      ...{ tab: 'layers', place: 20, isWide: false, height: 280 },
    },
  ],
  studyCharts: [{ key: 'layer-sizes', title: 'Sizes of the layers', of: 'run', request: { kind: 'layer-sizes' } }],
  reportRequests: ({ timelines }: ReportSubjects) => timelines.slice(0, 1).map((run) => ({ kind: 'layer-sizes', run })),
} as const satisfies FigureKind<Request>;
