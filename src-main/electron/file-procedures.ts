import { basename } from 'node:path';
import type { Saved } from '#contract/desktop.ts';
import type { ExportedFigure, FigureOrder, StudyFileOrder } from '#contract/exporter.ts';
import { figureSource } from '#contract/figure-source.ts';
import { figureNameParts, runParts } from '#core/figure/figure-name.ts';
import type { FigureFormat, StudyFormat } from '#core/figure/figure-request.ts';
import { copyImage, copyPlainText } from './copied.ts';
import type { DesktopPorts } from './desktop-ports.ts';
import { chooseToSave } from './file-dialogs.ts';
import { pageProcedure } from './page-procedure.ts';
import { printPage } from './print-page.ts';

const FIGURE_KINDS: Readonly<Record<FigureFormat, readonly [extension: string, kind: string]>> = {
  svg: ['svg', 'SVG drawing'],
  pdf: ['pdf', 'PDF document'],
  'png-300': ['png', 'PNG image, 300 dpi'],
  'png-600': ['png', 'PNG image, 600 dpi'],
  pgfplots: ['tex', 'LaTeX with pgfplots'],
  csv: ['csv', 'CSV table'],
};

/** What each file holds, in its name: two of them have the same ending. */
const STUDY_KINDS: Readonly<Record<StudyFormat, readonly [what: string, extension: string, kind: string]>> = {
  html: ['report', 'html', 'HTML report'],
  pdf: ['report', 'pdf', 'PDF report'],
  csv: ['arms', 'csv', 'CSV table'],
  json: ['comparison', 'json', 'JSON'],
  parquet: ['epochs', 'parquet', 'Parquet table'],
  spec: ['spec', 'json', 'Study spec'],
  ndjson: ['events', 'ndjson', 'Event lines'],
};

/** The procedures that write a file where the user says, in the system's dialog. Pages only learn the file's name. */
export function fileProcedures(ports: DesktopPorts) {
  const { lab, tools } = ports;
  return {
    previewFigure: pageProcedure.desktop.previewFigure.handler(async ({ input: { figure, layout } }) => {
      const { data, caption, warnings } = await drawn(ports, { figure, layout, format: 'svg' });
      return { svg: new TextDecoder().decode(data), caption, warnings };
    }),
    copyFigure: pageProcedure.desktop.copyFigure.handler(async ({ input: { figure, layout, as } }) => {
      const { data } = await drawn(ports, { figure, layout, format: as === 'png' ? 'png-300' : 'svg' });
      if (as === 'png') await copyImage(Uint8Array.from(data));
      else await copyPlainText(new TextDecoder().decode(data));
      return null;
    }),
    saveFigure: pageProcedure.desktop.saveFigure.handler(async ({ input: { title, ...order } }) => {
      const [extension, kind] = FIGURE_KINDS[order.format];
      const name = await figureNameParts(order.figure, figureSource(await lab.client()), title);
      return save(ports, { title: 'Export the figure', name, extension, kind }, async (path) => {
        const { data, warnings } = await drawn(ports, order);
        await tools.writeFile(path, data);
        return warnings;
      });
    }),
    saveStudy: pageProcedure.desktop.saveStudy.handler(async ({ input, signal }) => {
      const study = await lab.ask((client) => client.studies.show({ study: input.study }), 'reads');
      const { id } = study;
      const [what, extension, kind] = STUDY_KINDS[input.format];
      const name = [study.name, what];
      return save(ports, { title: 'Export the study', name, extension, kind }, (path) =>
        input.format === 'pdf'
          ? writePdf(ports, id, path)
          : writeStudy(
              ports,
              { study: id, format: input.format, isElsewhere: ports.elsewhere !== null },
              { path, signal },
            ),
      );
    }),
    saveWeights: pageProcedure.desktop.saveWeights.handler(async ({ input: { run, layout } }) => {
      const detail = await lab.ask((client) => client.runs.show({ run }), 'reads');
      const { id, spec, studyName } = detail;
      const name = [...(studyName === null ? [] : [studyName]), ...runParts(detail), 'weights'];
      const request = { title: 'Export the weights', name, extension: 'safetensors', kind: 'Safetensors' };
      const described = { id, model: spec.model };
      return save(ports, request, async (path) => {
        const pieces = await lab.ask((client) => client.runs.weights({ run: id }), 'reads');
        await tools.writeWeights({ run: described, pieces, layout, path });
        return [];
      });
    }),
  };
}

async function drawn({ lab, tools }: DesktopPorts, order: FigureOrder): Promise<ExportedFigure> {
  const exporter = await tools.openFigureExporter();
  return exporter.render(order, figureSource(await lab.client()));
}

/** Gives what the file does not show as it should. */
async function writeStudy(
  { lab, tools }: DesktopPorts,
  order: StudyFileOrder,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal | undefined },
): Promise<readonly string[]> {
  const exporter = await tools.openFigureExporter();
  const warnings: string[] = [];
  const watching = { signal, warn: (sentence: string) => warnings.push(sentence) };
  await tools.writeFile(path, exporter.studyPieces(order, await lab.client(), watching));
  return warnings;
}

async function writePdf({ lab, tools }: DesktopPorts, id: string, path: string): Promise<readonly string[]> {
  const exporter = await tools.openFigureExporter();
  const { data, warnings } = await exporter.renderStudy({ studies: [id], format: 'html' }, await lab.client());
  await tools.writeFile(path, await printPage(new TextDecoder().decode(data)));
  return warnings;
}

async function save(
  { window }: DesktopPorts,
  request: Parameters<typeof chooseToSave>[1],
  write: (path: string) => Promise<readonly string[]>,
): Promise<Saved> {
  const path = await chooseToSave(window, request);
  if (path === null) return null;
  const warnings = await write(path);
  return { name: basename(path), warnings };
}
