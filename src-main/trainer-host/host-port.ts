import { AppError } from '#core/errors.ts';
import type { TrainerCommand, TrainerMessage } from '#core/ports.ts';
import { endsRun } from '#core/run-event.ts';

/** Whether the message is the last one: the process ends by itself after it. */
export function reportsTheEnd(message: TrainerMessage): boolean {
  if (message.type === 'predicting' || message.type === 'stage') return false;
  return message.type !== 'event' || endsRun(message.event);
}

/** The trainer's connection to its host, whatever kind of process the trainer is. */
export interface HostPort {
  onCommand(handle: (command: TrainerCommand) => void): void;
  /** Calls `handle` when the host has died or disconnected the trainer. */
  onGone(handle: () => void): void;
  send(message: TrainerMessage): void;
  /** Resolves once the operating system has all that was sent. */
  flush(): Promise<void>;
}

/** A further message of a trainer in a utility process: it asks to be told when all earlier messages have been read. */
export interface FlushRequest {
  readonly type: 'flush';
  readonly id: number;
}

export interface Flushed {
  readonly type: 'flushed';
  readonly id: number;
}

/**
 * Ends this process at once; whatever is to reach the host was flushed before. `process.exit` would end the thread that watches the
 * host, and then wait for ever for threads that the kernel holds, such as one that opens a pipe to which nobody writes.
 */
export function endProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** The connection to the host that started this process, whatever its kind. */
export function hostPort(): HostPort {
  // Only Electron's utility processes have a `parentPort`.
  const { parentPort } = process as { readonly parentPort?: Electron.ParentPort };
  return parentPort === undefined ? childProcessPort() : utilityProcessPort(parentPort);
}

/** The port of a child process that was forked with an IPC channel. */
function childProcessPort(): HostPort {
  const send = process.send?.bind(process);
  if (send === undefined) {
    throw new AppError('bad-request', 'The trainer is started by lab or by the app, not by itself: start a run there.');
  }
  let lastSent: Promise<void> = Promise.resolve();
  return {
    onCommand: (handle) => process.on('message', (message) => handle(message as TrainerCommand)),
    onGone: (handle) => process.on('disconnect', handle),
    send: (message) => {
      // An error means that the host is gone, and `onGone` reports that.
      lastSent = new Promise((resolve) => send(message, undefined, undefined, () => resolve()));
    },
    flush: () => lastSent,
  };
}

/** The port of Electron's utility process. Chromium ends the process when its host is gone, so `onGone` has nothing to do. */
function utilityProcessPort(port: Electron.ParentPort): HostPort {
  const waiting = new Map<number, () => void>();
  let handleCommand: (command: TrainerCommand) => void = () => undefined;
  let flushes = 0;
  port.on('message', ({ data }: { data: TrainerCommand | Flushed }) => {
    if (data.type !== 'flushed') return handleCommand(data);
    waiting.get(data.id)?.();
    waiting.delete(data.id);
  });
  return {
    onCommand: (handle) => {
      handleCommand = handle;
    },
    onGone: () => undefined,
    send: (message) => port.postMessage(message),
    flush: () =>
      new Promise((resolve) => {
        const request: FlushRequest = { type: 'flush', id: flushes++ };
        waiting.set(request.id, resolve);
        port.postMessage(request);
      }),
  };
}
