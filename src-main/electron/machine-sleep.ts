import { app, powerMonitor } from 'electron';
import type { LabConnection } from './lab-connection.ts';
import type { TrainingNow } from './training-watch.ts';

/**
 * A machine that goes to sleep may not wake: what this program trains is paused with a checkpoint before, and goes on
 * after. A machine that shuts down ends the app as its user does.
 */
export function checkpointBeforeSleep(lab: LabConnection, now: () => TrainingNow): void {
  let paused: string[] = [];
  powerMonitor.on('suspend', () => {
    if (lab.ownership !== 'owner') return;
    const running = now().runs.filter(({ status }) => status === 'running');
    paused = running.map(({ id }) => id);
    for (const run of paused) void attempt(lab.ask((client) => client.runs.pause({ run }), 'changes'));
  });
  powerMonitor.on('resume', () => {
    for (const run of paused.splice(0)) void attempt(lab.ask((client) => client.runs.resume({ run }), 'changes'));
  });
  // The system waits for us where it can (Linux, macOS).
  powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
    event?.preventDefault();
    app.quit();
  });
}

/** The run may have ended by itself meanwhile. */
async function attempt(change: Promise<unknown>): Promise<void> {
  await change.catch((error: unknown) => console.error(error));
}
