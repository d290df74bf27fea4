import { z } from 'zod';
import type { RunDetail } from '#core/records.ts';
import { curveFigure, readCurves } from './curve-figure.ts';
import type { FigureKind, ReportSubjects } from './figure-kind.ts';
import { ofRuns, SHOWN_NOWHERE } from './figure-kind.ts';
import { curveAxes, RUN_PLACES, subjectId } from './request-parts.ts';

const schema = z.strictObject({
  kind: z.literal('epoch-times'),
  runs: z.array(subjectId).min(1).max(1000),
  ...curveAxes,
});
type Request = z.infer<typeof schema>;

const SERIES = { series: 'epochSeconds', smoothing: 0, bands: false, isStepped: true } as const;
const TITLE = 'Training time of each epoch';

/** Training seconds of each epoch, drawn as steps because they drop at freezes. */
export const epochTimes = {
  ...SHOWN_NOWHERE,
  kind: 'epoch-times',
  schema,
  places: RUN_PLACES,
  subjects: ofRuns,
  fileName: () => 'epoch-times',
  async draw(request: Request, source, look) {
    const shown = { ...request, ...SERIES };
    return curveFigure(await readCurves(shown, source), shown, look);
  },
  runCharts: ({ id }: RunDetail) => [
    {
      key: 'epoch-times',
      title: TITLE,
      request: { kind: 'epoch-times', runs: [id] },
      ...{ tab: 'time', place: 20, isWide: true, height: 280 },
    },
  ],
  studyCharts: [{ key: 'epoch-times', title: TITLE, of: 'runs', request: { kind: 'epoch-times' } }],
  reportRequests: ({ trained, timed }: ReportSubjects) =>
    trained.length === 0 ? [] : [{ kind: 'epoch-times', runs: timed }],
} as const satisfies FigureKind<Request>;
