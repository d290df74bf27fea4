import type { LabClient } from '#contract/client.ts';
import type { Verification } from '#core/analysis/verification.ts';
import { verificationText } from '#core/analysis/verification-text.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { Interrupted } from '../exit.ts';
import { Interruption } from '../interruption.ts';
import { withRunArgument } from '../run-argument.ts';

export const runsVerifyCommand: DefineCommand = (command, surroundings) => {
  withRunArgument(command).action((run: string) => verifyRun(contextOf(surroundings, command), run));
};

/** Fails where the same environment gives different bits, or another environment gives numbers that are too far off. */
async function verifyRun(context: Context, run: string): Promise<void> {
  context.terminal.note('Training the first epoch again ...');
  const verification = await withLab(context, (client) => verified(context, client, run));
  context.terminal.answer(verification, () => verificationText(verification));
  if (verification.outcome === 'different') {
    throw new AppError('corrupt', `Run ${verification.runId} is not reproduced.`);
  }
}

/** Ctrl-C ends the trainer; a verification stores nothing anyway. */
async function verified({ shell, terminal }: Context, client: LabClient, run: string): Promise<Verification> {
  const stop = new AbortController();
  const interruption = new Interruption(shell);
  void interruption.requested.then(() => stop.abort());
  const { id } = await client.runs.show({ run });
  const told = new AbortController();
  const progress = await client.runs.verifying({}, { signal: told.signal });
  const shown = (async () => {
    for await (const { runId, step, steps } of progress) {
      if (runId === id) terminal.status(`step ${step} of ${steps}`);
    }
  })().catch((error: unknown) => {
    // The end of the verification ends the stream too.
    if (!told.signal.aborted) terminal.note(`Its progress cannot be shown: ${messageOf(error)}`);
  });
  try {
    return await client.runs.verify({ run: id }, { signal: stop.signal });
  } catch (error) {
    if (stop.signal.aborted) throw new Interrupted('The verification was cancelled; the run is as it was.');
    throw error;
  } finally {
    told.abort();
    await shown;
    terminal.clearStatus();
    interruption.dispose();
  }
}
