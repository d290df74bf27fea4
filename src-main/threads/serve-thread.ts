import { parentPort } from 'node:worker_threads';
import { AppError } from '#core/errors.ts';
import { Channel, type ChannelMessage, type Remote, type Serve } from './channel.ts';

/** Inside a thread: serves functions to the thread that started it, until that one closes it. Gives the functions there. */
export function serveThread<Asked extends object>(serve: Serve): Remote<Asked> {
  const port = parentPort;
  if (port === null) throw new AppError('internal', 'This file is the entry of a thread: start it as one.');
  port.on('message', ({ type }: ChannelMessage) => {
    // Without its port nothing holds the thread, so that it ends as soon as it has nothing to do.
    if (type === 'end') port.close();
  });
  return new Channel<Asked>(port, serve).remote;
}
