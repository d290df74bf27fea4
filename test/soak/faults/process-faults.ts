import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { FaultDraws } from './fault-draws.ts';
import { SETTINGS_VARIABLE } from './fault-draws.ts';
import { replace } from './struck-calls.ts';

const LONGEST_LIFE_MS = 5000;
const LONGEST_STOP_MS = 3000;
const KINDS = ['no start', 'SIGKILL', 'SIGSEGV', 'SIGTERM', 'SIGSTOP'] as const;

/** Strikes the programs that this one starts, and gives each a name of its own for its faults. */
export function strikeProcesses(draws: FaultDraws): void {
  const processes: typeof import('node:child_process') = createRequire(import.meta.url)('node:child_process');
  let children = 0;
  replace(processes, 'fork', (fork) => (...input) => {
    children += 1;
    const [entry] = input;
    const path = basename(String(entry));
    const options = Object(input.find((one) => typeof one === 'object' && one !== null && !Array.isArray(one)));
    const settings = { ...draws.settings, process: `${draws.settings.process}.${children}` };
    const env = { ...Object(options.env ?? process.env), [SETTINGS_VARIABLE]: JSON.stringify(settings) };
    const kind = draws.strike({ target: 'processes', name: 'fork', path }, KINDS);
    const wanted = { ...options, env, ...(kind === 'no start' ? { execPath: '/proc/self/no-such-program' } : {}) };
    const child = fork(entry, Array.isArray(input[1]) ? input[1] : [], wanted) as ChildProcess;
    if (kind !== null && kind !== 'no start') endLater(child, kind, (text) => draws.uniform(`${text} ${children}`));
    return child;
  });
}

function endLater(child: ChildProcess, kind: NodeJS.Signals, uniform: (text: string) => number): void {
  const tell = (signal: NodeJS.Signals) => child.exitCode === null && child.signalCode === null && child.kill(signal);
  setTimeout(() => {
    tell(kind);
    if (kind === 'SIGSTOP') setTimeout(() => tell('SIGCONT'), uniform('stop') * LONGEST_STOP_MS);
  }, uniform('life') * LONGEST_LIFE_MS).unref();
}
