import { AppError } from '#core/errors.ts';
import type { TrainerCommand, TrainerMessage } from '#core/ports.ts';
import { endsRun } from '#core/run-event.ts';

/** Whether nothing more is to come: the process ends by itself after such a message. */
export function reportsTheEnd(message: TrainerMessage): boolean {
  return message.type !== 'event' || endsRun(message.event);
}

/** The trainer's line to its host, whichever kind of process it is. */
export interface HostPort {
  onCommand(handle: (command: TrainerCommand) => void): void;
  /** The host has died or let go of the trainer. */
  onGone(handle: () => void): void;
  send(message: TrainerMessage): void;
  /** Resolves once the operating system has all that was sent. */
  flush(): Promise<void>;
}

/** The port of a child process that was forked with an IPC channel. */
export function childProcessPort(): HostPort {
  const send = process.send?.bind(process);
  if (send === undefined) {
    throw new AppError('bad-request', 'The trainer is started by the lab: use `npm run lab -- run SPEC.json`.');
  }
  let lastSent: Promise<void> = Promise.resolve();
  return {
    onCommand: (handle) => process.on('message', (message) => handle(message as TrainerCommand)),
    onGone: (handle) => process.on('disconnect', handle),
    send: (message) => {
      // An error means that the host is gone, which `onGone` reports.
      lastSent = new Promise((resolve) => send(message, undefined, undefined, () => resolve()));
    },
    flush: () => lastSent,
  };
}
