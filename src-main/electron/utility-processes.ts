import { app, utilityProcess } from 'electron';

/** Electron's utility processes, as the host of the trainers needs them. */
export const utilityProcesses = {
  fork: (entry: string, { env, serviceName }: { readonly env: NodeJS.ProcessEnv; readonly serviceName: string }) =>
    // Output is piped, not inherited, so that it goes to the run's log.
    utilityProcess.fork(entry, [], { env, serviceName, stdio: 'pipe' }),
  onGone: (handle: (serviceName: string, end: { readonly reason: string; readonly exitCode: number }) => void) => {
    app.on('child-process-gone', (_event, { name, reason, exitCode }) => handle(name ?? '', { reason, exitCode }));
  },
};
