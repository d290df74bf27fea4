import { percent } from '#core/analysis/quantity.ts';
import type { BuiltFigure, FigureLook, FigurePanel, FigureSource } from './built-figure.ts';
import { countRange, runIds, studyNames } from './caption.ts';
import type { ComparedStudy, Front, ShownArm } from './comparison-arms.ts';
import { shownArms } from './comparison-arms.ts';
import type { ComparisonFrame } from './comparison-axes.ts';
import { comparisonFrame, comparisonScales } from './comparison-axes.ts';
import type { ComparisonStyles } from './comparison-datasets.ts';
import { comparisonDatasets } from './comparison-datasets.ts';
import type { ShownStudies } from './comparison-front.ts';
import { armsOfPanel, frontPlaces, frontShareOf, frontShareText, panelTitles } from './comparison-front.ts';
import { keyStyles } from './comparison-styles.ts';
import { comparisonTable } from './comparison-table.ts';
import type { ComparisonRequest, ComparisonView } from './comparison-view.ts';
import { comparisonRequestSchema } from './comparison-view.ts';
import type { FigureKind, ReportSubjects } from './figure-kind.ts';
import { SHOWN_NOWHERE } from './figure-kind.ts';
import { configurationOf, figureOptions } from './figure-options.ts';
import { shortened } from './labels.ts';
import { paletteOf, receding } from './palette.ts';

async function readStudies(ids: readonly string[], source: FigureSource): Promise<ComparedStudy[]> {
  return Promise.all(
    ids.map(async (id) => {
      const [study, comparison] = await Promise.all([source.study(id), source.compare(id)]);
      return { study, comparison };
    }),
  );
}

/**
 * Time saved and accuracy lost, both measured from the baseline of the same study at the origin. Every seed is a faint point,
 * every arm a mean with its intervals; an equal-time baseline has its arm's marker, hollow.
 */
export function comparisonFigure(
  studies: readonly ComparedStudy[],
  request: ComparisonRequest,
  look: FigureLook,
): BuiltFigure {
  const { view } = request;
  const arms = shownArms(studies, view);
  const titles = panelTitles(arms, view);
  const columns = columnsFor(titles.length);
  const styles = stylesOf({ studies, arms, view }, look);
  const context = { request, look, styles, frame: comparisonFrame(arms, request), columns };
  return {
    panels: titles.map((title) => panelOf(title, arms, context)),
    columns,
    caption: captionOf(studies, arms, view),
    table: comparisonTable({ studies, arms, view }),
  };
}

/** Two columns for two or four panels, else three. */
function columnsFor(panels: number): number {
  return panels === 4 ? 2 : Math.min(3, panels);
}

function stylesOf(shown: ShownStudies, look: FigureLook): ComparisonStyles {
  const { arms, view } = shown;
  const palette = paletteOf(look);
  const places = frontPlaces(arms, view);
  const isPale = (one: ShownArm) => view.front && one.arm.role !== 'baseline' && places.get(one) === 'dominated';
  const { legend, styleOf: plainStyleOf } = keyStyles(arms, view.colourBy, palette);
  const styleOf = (one: ShownArm) => {
    const style = plainStyleOf(one);
    return isPale(one) ? { ...style, colour: receding(style.colour, palette) } : style;
  };
  const frontColour = (front: Front) => {
    const colours = new Set(front.arms.flatMap((one) => (one.keys === null ? [] : [plainStyleOf(one).colour])));
    return front.label !== null && colours.size === 1 ? [...colours][0] : palette.neutral;
  };
  const noteOf = (one: ShownArm) => {
    const share = frontShareOf(one, shown);
    return share === null ? undefined : frontShareText(share);
  };
  return { palette, styleOf, legend, frontColour, isPale, noteOf };
}

interface PanelContext {
  readonly request: ComparisonRequest;
  readonly look: FigureLook;
  readonly styles: ComparisonStyles;
  readonly frame: ComparisonFrame;
  readonly columns: number;
}

function panelOf(title: string | null, arms: readonly ShownArm[], context: PanelContext): FigurePanel {
  const { look, request, styles, frame, columns } = context;
  const { view } = request;
  const here = armsOfPanel(title, arms, view);
  const { palette } = styles;
  const scales = comparisonScales(frame, view, { look, palette, columns });
  const titles = [...(title === null ? [] : [shortened(title)]), ...missingText(here, view)];
  return {
    title,
    configuration: configurationOf(
      'scatter',
      comparisonDatasets(here, view, styles),
      figureOptions({ look, palette, scales, titles }),
    ),
  };
}

/** The reason why a figure is empty, if it is. */
function missingText(arms: readonly ShownArm[], view: ComparisonView): string[] {
  const compared = arms.filter(({ arm }) => arm.role !== 'baseline');
  if (compared.some(({ saved, error }) => saved !== null && error !== null)) return [];
  const isProfileMissing = view.saved === 'profile' && compared.every(({ saved }) => saved === null);
  return [isProfileMissing ? NO_PROFILE : NO_PAIR];
}

const NO_PROFILE = 'No profile has been measured: choose wall clock or compute.';
const NO_PAIR = 'No pair of runs has finished yet.';

function captionOf(studies: readonly ComparedStudy[], arms: readonly ShownArm[], view: ComparisonView): string[] {
  const compared = arms.filter(({ arm, seeds }) => arm.role !== 'baseline' && seeds.length > 0);
  const names = studyNames(studies.map(({ study }) => study.name));
  const runs = runIds(arms.flatMap(({ arm }) => arm.points.map((point) => point.runId)));
  if (compared.length === 0) return [`${names}. ${missingText(arms, view).join(' ')}`, ...runs];
  const counts = compared.map(({ seeds }) => seeds.length);
  const level = percent(compared[0].arm.ci.level, 0);
  const marks = markText(Math.max(...counts), level, view);
  return [`${names}, ${countRange(counts)}${marks}.${frontText(arms, view)}`, ...runs];
}

/** Why there is more than one front. */
function frontText(arms: readonly ShownArm[], view: ComparisonView): string {
  const settings = new Set(arms.map(({ setting }) => JSON.stringify(setting)));
  return view.front && settings.size > 1 ? ' A front holds the arms of one network on one data set.' : '';
}

function markText(most: number, level: string, view: ComparisonView): string {
  if (most === 1) return ': single runs without an interval';
  const means = view.intervals ? `means with ${level} intervals (paired Student t)` : 'means';
  return `: ${means}${view.seeds ? ' over faint single seeds' : ''}`;
}

export const comparison = {
  ...SHOWN_NOWHERE,
  kind: 'comparison',
  schema: comparisonRequestSchema,
  places: [],
  subjects: ({ view }: ComparisonRequest) => ({ runs: [], studies: view.studies }),
  fileName: () => 'comparison',
  draw: async (request: ComparisonRequest, source, look) =>
    comparisonFigure(await readStudies(request.view.studies, source), request, look),
  reportRequests: ({ study }: ReportSubjects) => [{ kind: 'comparison', view: { studies: [study] } }],
} as const satisfies FigureKind<ComparisonRequest>;
