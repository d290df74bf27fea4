import { readFileSync, rmSync } from 'node:fs';
import type { ElectronApplication } from '@playwright/test';

/** A task that the main process ran on its main thread. */
export interface MainTask {
  /** Of the clock: what the page waits for, the other processes' share of the cores included. */
  readonly wallMs: number;
  /** Of the processor: what the task itself worked. */
  readonly workMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name?: string };
  /** Microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
}

/** Every task of the main thread while the work is done, as Chromium's own tracing reports it. */
export async function traceMainThread(app: ElectronApplication, work: () => Promise<void>): Promise<MainTask[]> {
  await app.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({ included_categories: ['toplevel', 'v8.execute'], excluded_categories: ['*'] }),
  );
  await work();
  const file = await app.evaluate(({ contentTracing }) => contentTracing.stopRecording());
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as { readonly traceEvents: readonly TraceEvent[] };
  rmSync(file);
  const main = traceEvents.find(({ name, args }) => name === 'thread_name' && args.name === 'CrBrowserMain');
  if (main === undefined) throw new Error('The trace knows no main thread.');
  const isTask = ({ ph, pid, tid, name }: TraceEvent) =>
    ph === 'X' && pid === main.pid && tid === main.tid && name.endsWith('RunTask');
  return traceEvents.filter(isTask).map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1000, workMs: tdur / 1000 }));
}
