import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import { badRequest } from '#core/errors.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { Interrupted } from '../exit.ts';
import { Interruption } from '../interruption.ts';
import { pathAtHome } from '../path-at-home.ts';
import { PredictionLines } from '../prediction-lines.ts';

interface Wanted {
  readonly run: string;
  readonly folder: string;
  readonly out?: string;
}

export const predictCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<run>', 'id of a finished run, or the beginning of its id')
    .argument('<folder>', 'a folder of images, with all folders in it, or one image')
    .option('--out <file>', 'the CSV file to write; without it, the lines are printed')
    .action((run: string, folder: string, options: Pick<Wanted, 'out'>) =>
      predictImages(contextOf(surroundings, command), { run, folder, ...options }),
    );
  examples(command, ['predict 4k2h8d0c5t photos --out photos.csv', 'predict 4k2h photos/1.jpg --json']);
};

/** Fails at the end where a file could not be classified, though all others were. */
async function predictImages(context: Context, { run, folder, out }: Wanted): Promise<void> {
  const path = pathAtHome(context, folder);
  const file = out === undefined ? null : resolve(context.shell.folder, out);
  if (file !== null) checkFolderOf(file);
  const lines = new PredictionLines(context, file);
  await withLab(context, (client) => readPredictions(context, { client, run, path, lines }));
  await lines.finish();
}

/** Before anything is predicted, since what was predicted would be lost. */
function checkFolderOf(file: string): void {
  if (existsSync(dirname(file))) return;
  throw badRequest(`${dirname(file)} does not exist: make this folder, or name another file.`);
}

interface Asked {
  readonly client: LabClient;
  readonly run: string;
  readonly path: string;
  readonly lines: PredictionLines;
}

/** Ctrl-C ends the trainer; a prediction stores nothing anyway. */
async function readPredictions(context: Context, { client, run, path, lines }: Asked): Promise<void> {
  const stop = new AbortController();
  const interruption = new Interruption(context.shell);
  void interruption.requested.then(() => stop.abort());
  try {
    const told = await client.runs.predict({ run, path }, { signal: stop.signal });
    for await (const news of told) lines.take(news);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    interruption.dispose();
  }
  if (stop.signal.aborted) throw new Interrupted('The prediction was cancelled.');
}
