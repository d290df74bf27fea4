import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabHost } from '#contract/host.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { eventLine } from '#core/training/log-line.ts';
import { type Context, contextOf, type DefineCommand } from '../context.ts';
import { examples } from '../examples.ts';
import { Interruption } from '../interruption.ts';
import { secondsFrom } from '../option-values.ts';
import { durationText } from '../quantity-text.ts';

interface ServeOptions {
  readonly idle?: number;
  readonly asked?: boolean;
}

/** How seldom it is looked at most whether somebody has come. */
const LONGEST_LOOK_MS = 1000;
/** A queue with nothing to train says so within this time. */
const MOMENT_MS = 200;

export const serveCommand: DefineCommand = (command, surroundings) => {
  command
    .option(
      '--idle <time>',
      'end once nothing has trained and no program was connected for so long: 10m, 1h',
      secondsFrom,
    )
    .option('--asked', 'train only what programs ask for from now on, and leave alone what waits already')
    .action((options: ServeOptions) => serve(contextOf(surroundings, command), options));
  examples(command, ['serve', 'serve --idle 1h --home /data/lab']);
};

async function serve(context: Context, { idle, asked = false }: ServeOptions): Promise<void> {
  const { terminal, home, shell, tools, elsewhere } = context;
  if (elsewhere !== null) throw badRequest(`A home is served on its own machine: run \`serve\` on ${elsewhere.host}.`);
  const interruption = new Interruption(shell);
  const host = await tools.openHost({ home, serve: true, trainWhatIsQueued: !asked, putsBackAtEnd: true });
  try {
    refuseUnowned(host, home);
    void host.damage.then((damage) => damage !== null && terminal.note(damage));
    const place = { home, process: process.pid, address: `ssh://${hostname()}${home}` };
    terminal.answer(
      place,
      () => `Serving ${home} (process ${process.pid}). From another machine: --home ${place.address}`,
    );
    void tell(context, host);
    const interrupted = interruption.requested.then(() => true);
    const isInterrupted = await Promise.race([interrupted, idle === undefined ? interrupted : idleFor(host, idle)]);
    if (isInterrupted)
      terminal.note(
        'Ending; a run that trains saves a checkpoint first, and stays in the queue. Ctrl-C again ends at once.',
      );
    else terminal.note(`There was nothing to do for ${durationText(idle ?? 0)}: ending.`);
  } finally {
    interruption.dispose();
    await host.close('The program that serves the home has ended.');
  }
}

/** Only its owner can serve a home. */
function refuseUnowned({ owner, readOnly }: LabHost, home: string): void {
  if (readOnly !== null) throw new AppError('unavailable', readOnly.sentence);
  if (!owner) throw new AppError('conflict', `Another program has ${home}, and serves it already.`);
}

/** Shows what happens to all runs of the home. */
async function tell({ terminal }: Context, { client }: LabHost): Promise<void> {
  for await (const event of await client.events.follow({})) {
    const line = eventLine(event);
    if (terminal.json) terminal.jsonLine(event);
    else if (line !== null) terminal.line(`${event.runId}: ${line}`);
  }
}

/** Resolves to false once nothing has trained or waited, and nobody was connected, for so many seconds. */
async function idleFor(host: LabHost, seconds: number): Promise<false> {
  do await host.idle();
  while (!(await staysIdle(host, seconds)));
  return false;
}

async function staysIdle(host: LabHost, seconds: number): Promise<boolean> {
  const since = performance.now();
  while (performance.now() - since < seconds * 1000) {
    // The looking keeps no program alive whose home is closed.
    await sleep(Math.min(LONGEST_LOOK_MS, (seconds * 1000) / 4), undefined, { ref: false });
    if (host.clients() > 0 || (await trains(host))) return false;
  }
  return true;
}

/** Whether a run trains or waits to be trained here. */
function trains(host: LabHost): Promise<boolean> {
  return Promise.race([host.idle().then(() => false), sleep(MOMENT_MS, true)]);
}
