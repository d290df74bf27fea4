import { app, powerMonitor } from 'electron';
import type { LabConnection } from './lab-connection.ts';
import type { TrainingNow } from './training-watch.ts';

/**
 * Pauses this program's training with a checkpoint before the machine goes to sleep, since it may never wake, and resumes the
 * training afterwards. A machine that shuts down quits the app as its user would.
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

/** Tries a change that may fail because the run has ended meanwhile. */
async function attempt(change: Promise<unknown>): Promise<void> {
  await change.catch((error: unknown) => console.error(error));
}
