import { resolve } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import type { Answer } from '#core/analysis/answer/answer.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { labCommand } from '#core/lab-command.ts';
import { presetStudies } from '#core/presets/presets.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import { reportNames } from '../file-format.ts';
import { writeExported } from '../written-file.ts';

interface ReportOptions {
  readonly html: string;
  readonly preset?: string;
}

export const reportCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('[studies...]', 'ids or names of the studies')
    .option('--preset <name>', 'report the studies of this preset instead')
    .requiredOption('--html <file.html>', 'the file to write')
    .action((studies: string[], options: ReportOptions) =>
      writeReport(contextOf(surroundings, command), studies, options),
    );
  examples(command, ['report quick --html quick-report.html', 'study quick-report.json']);
};

async function writeReport(context: Context, studies: readonly string[], options: ReportOptions): Promise<void> {
  const names = reportNames(options.html);
  const { preset } = options;
  if ((studies.length === 0) === (preset === undefined)) {
    throw badRequest('Name the studies of the report, or give --preset: see --help.');
  }
  const [path, spec] = [names.html, names.spec].map((name) => resolve(context.shell.folder, name));
  await withLab(context, async (client) => {
    const ids = preset === undefined ? await idsOf(studies, client) : await idsOfPreset(preset, client);
    const answer = await client.studies.answer({ studies: ids });
    // The answer comes first: a report that cannot be drawn or written must not cost it.
    context.terminal.answer({ path, spec, answer }, () => textOf(answer));
    await writeExported(context, path, await context.tools.renderStudy(ids, 'html', client));
    await writeExported(context, spec, await context.tools.renderStudy(ids, 'spec', client));
  });
  context.terminal.line(`\nReport: ${path} (to repeat it: ${spec})`);
}

async function idsOf(studies: readonly string[], client: LabClient): Promise<string[]> {
  const ids: string[] = [];
  for (const study of studies) ids.push((await client.studies.show({ study })).id);
  return [...new Set(ids)];
}

/** The studies of a preset that exist in this home. */
async function idsOfPreset(preset: string, client: LabClient): Promise<string[]> {
  const names = presetStudies(preset).map(({ name }) => name);
  const there = await client.studies.list({});
  const ids = names.flatMap((name) => there.find((study) => study.name === name)?.id ?? []);
  if (ids.length > 0) return ids;
  throw new AppError(
    'not-found',
    `This home has no study of ${preset} yet: train it with \`${labCommand({ words: ['study'], options: ['--preset', preset] })}\`.`,
  );
}

function textOf({ question, findings, undecided }: Answer): string {
  const open = undecided.length === 0 ? [] : ['', 'Not decided:', ...undecided.map(({ text }) => `- ${text}`)];
  const lines = findings.map(({ text }) => `- ${text}`);
  return [question, ...lines, ...open].join('\n');
}
