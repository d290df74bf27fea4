import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import '../support/processor-clock.ts';

// Preloaded into a trainer (`--import`): all of its clocks count the time of its threads on processors, and what it had in all is
// written to the end of a file as it ends itself.
const file = process.env.PROCESSOR_SECONDS_FILE;
if (isMainThread && file !== undefined) {
  process.uptime = () => performance.now() / 1000;
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    if (pid === process.pid) appendFileSync(file, `${process.uptime()}\n`);
    return kill(pid, signal);
  };
}
