import type { ExportedFile, FigureExporter } from '#contract/exporter.ts';
import { AppError } from '#core/errors.ts';
import type { CommandTools } from './cli/command-tools.ts';

/** Joins the commands to the adapters; each adapter is loaded when a command needs it. */
export const labTools: CommandTools = {
  async openHost(options) {
    const { openHost } = await import('./host.ts');
    return openHost(options);
  },
  async listBackups(home) {
    const { listBackups } = await import('./sqlite/backup-contents.ts');
    return listBackups(home);
  },
  async strayRuns(home) {
    const { strayRunsIn } = await import('./sqlite/stray-runs.ts');
    return strayRunsIn(home);
  },
  async verifyBackup(home, name) {
    const { verifyBackup } = await import('./sqlite/home-backup.ts');
    return verifyBackup(home, name);
  },
  async restoreBackup(home, name) {
    const { restoreBackup } = await import('./sqlite/restore.ts');
    return namingOwner(home, () => restoreBackup(home, name));
  },
  async salvageDatabase(home) {
    const { salvageDatabase } = await import('./sqlite/restore.ts');
    return namingOwner(home, () => salvageDatabase(home));
  },
  async describeDataset(dataset) {
    const { datasetCatalog, locationOf } = await import('./datasets/catalog.ts');
    const location = locationOf(dataset);
    return location === null ? null : datasetCatalog.describe(location);
  },
  async hashDataset(dataset) {
    const { datasetCatalog, locationOf } = await import('./datasets/catalog.ts');
    const location = locationOf(dataset);
    if (location === null) throw new AppError('not-found', `No data set ${dataset} comes with the set-up.`);
    return { location, ...(await datasetCatalog.content(location)).hashes };
  },
  async hashWeights(path) {
    const { readWeightsContent } = await import('./checkpoints/weights-file.ts');
    return (await readWeightsContent(path)).sha256;
  },
  async reportOn(request, say, signal) {
    const { datasetCatalog } = await import('./datasets/catalog.ts');
    return datasetCatalog.report(request, say, signal);
  },
  async checkRun(spec, home) {
    const { checkRun } = await import('./preflight.ts');
    await checkRun(spec, home);
  },
  async receivedWeights(pieces) {
    const { receivedWeights } = await import('./received-weights.ts');
    return receivedWeights(pieces);
  },
  async writeWeights(path, tensors, metadata) {
    const { writeSafetensors } = await import('./checkpoints/safetensors.ts');
    await writeSafetensors(path, { tensors, metadata });
  },
  async writeFile(path, content) {
    const { writeDurably } = await import('./files/durable-file.ts');
    await writeDurably(path, content);
  },
  async terminalComparison(comparison) {
    const { terminalComparison } = await import('./export/table.ts');
    return terminalComparison(comparison);
  },
  async comparisonCsv(comparison) {
    const { comparisonCsv } = await import('./export/csv.ts');
    return comparisonCsv(comparison);
  },
  async renderFigure(order, client) {
    const { figureSource } = await import('#contract/figure-source.ts');
    return withExporter((exporter) => exporter.render(order, figureSource(client)));
  },
  renderStudy(studies, format, client) {
    return withExporter((exporter) => exporter.renderStudy({ studies, format }, client));
  },
  async *studyPieces(order, client, watching) {
    const { openFigureExporter } = await import('./export/figure-export.ts');
    const exporter = openFigureExporter();
    try {
      yield* exporter.studyPieces(order, client, watching);
    } finally {
      await exporter.close();
    }
  },
  async diagnose() {
    const { diagnose } = await import('./diagnosis.ts');
    return diagnose();
  },
  async checkGpu(request, watching) {
    const { checkGpu } = await import('./check-gpu.ts');
    return checkGpu(request, watching);
  },
  async dialOwner(home, mustExist) {
    const { dialOwner } = await import('./dial.ts');
    await dialOwner(home, mustExist);
  },
  async workOn(folder, watching) {
    const { workOn } = await import('./work.ts');
    return workOn(folder, watching);
  },
  async *blockEvents(folder) {
    const { blockEvents } = await import('./work.ts');
    yield* blockEvents(folder);
  },
  async follow(options) {
    const { follow } = await import('./follow.ts');
    await follow(options);
  },
};

/** Work on the files of a home that nobody may have open. Throws 'locked' with the program that has. */
async function namingOwner<Result>(home: string, work: () => Result): Promise<Result> {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'locked') throw error;
    const { ownerInTheWay } = await import('./socket/owner-error.ts');
    throw ownerInTheWay(home) ?? error;
  }
}

async function withExporter(work: (exporter: FigureExporter) => Promise<ExportedFile>): Promise<ExportedFile> {
  const { openFigureExporter } = await import('./export/figure-export.ts');
  const exporter = openFigureExporter();
  try {
    return await work(exporter);
  } finally {
    await exporter.close();
  }
}
