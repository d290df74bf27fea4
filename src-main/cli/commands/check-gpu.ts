import { resolve } from 'node:path';
import { AppError } from '#core/errors.ts';
import type { CheckProgress } from '#core/gpu-check/gpu-check-request.ts';
import type { GpuReport } from '#core/gpu-check/gpu-report.ts';
import { gpuReportText, gpuVerdict, STATE_WORDS } from '#core/gpu-check/gpu-report.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { examples } from '../examples.ts';
import { Interrupted } from '../exit.ts';
import { Interruption } from '../interruption.ts';
import { durationText } from '../quantity-text.ts';
import { writeContent } from '../written-file.ts';

interface CheckGpuOptions {
  readonly quick?: boolean;
  readonly python?: string;
  readonly out: string;
  readonly rehearse?: boolean;
}

export const checkGpuCommand: DefineCommand = (command, surroundings) => {
  command
    .option('--quick', 'fewer depths and rounds, and no study')
    .option('--python <program>', 'a Python with torch and torchvision: its steps are timed next to ours')
    .option('--out <file>', 'the report (Markdown)', 'gpu-check.md')
    .option('--rehearse', 'run all parts on the processor, to try the check itself; none of them counts as passed')
    .action((options: CheckGpuOptions) => checkGpu(contextOf(surroundings, command), options));
  examples(command, ['check-gpu', 'check-gpu --quick', 'check-gpu --python ~/torch/bin/python']);
};

/** The report is written after each part, so Ctrl-C and a fault of the machine cost at most the part that runs. */
async function checkGpu(context: Context, options: CheckGpuOptions): Promise<void> {
  const { terminal, shell, tools } = context;
  const path = resolve(shell.folder, options.out);
  const stop = new AbortController();
  const interruption = new Interruption(shell);
  void interruption.requested.then(() => stop.abort());
  let told = 0;
  try {
    const { quick = false, rehearse = false, python = null } = options;
    const report = await tools.checkGpu(
      { isQuick: quick, isRehearsal: rehearse, python },
      {
        signal: stop.signal,
        onProgress: (progress) => terminal.status(progressText(progress)),
        onReport: async (parts) => {
          await writeContent(context, path, gpuReportText(parts));
          for (const { title, state, says } of parts.checks.slice(told)) {
            terminal.note(
              `${title}: ${STATE_WORDS[state]}${state === 'failed' || state === 'not-run' ? `. ${says[0]}` : ''}`,
            );
          }
          told = parts.checks.length;
        },
      },
    );
    terminal.answer(report, () => `\n${gpuVerdict(report)}\nReport: ${path}`);
    if (stop.signal.aborted) throw new Interrupted(`Ended by Ctrl-C: ${path} has what was found until then.`);
    if (!isGood(report))
      throw new AppError(
        'unavailable',
        'This is not shown to work: the report says why. It can be attached to an issue.',
      );
  } finally {
    interruption.dispose();
    terminal.clearStatus();
  }
}

/** What matters most comes first: a terminal cuts the line at its width. */
function progressText({ doing, done, parts, secondsLeft }: CheckProgress): string {
  return `Part ${done + 1} of ${parts}, about ${durationText(secondsLeft)} left: ${doing}`;
}

/** A profiler or the study may be missing; numbers, bits and steps may not. */
function isGood({ checks, isRehearsal }: GpuReport): boolean {
  const good = isRehearsal ? 'rehearsed' : 'passed';
  return checks.some(({ state }) => state === good) && checks.every(({ state }) => state !== 'failed');
}
