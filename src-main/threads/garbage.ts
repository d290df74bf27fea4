import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How V8 names its collector in a context that is made with this flag. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * Frees now what is not used any more. V8 does not know how much memory objects of native addons have, so it may keep hundreds of
 * megabytes of them; their memory is freed at the next turn of the event loop.
 */
export async function freeUnused(): Promise<void> {
  collect();
  await eventLoopTurn();
}
