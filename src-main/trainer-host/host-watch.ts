/**
 * A thread of the trainer that ends the process when its host has died. The trainer's own thread may be busy in a long
 * training step, and would hear of it only afterwards. Windows keeps the number of a dead parent: there only the
 * trainer's own thread notices.
 */
const PERIOD_MS = 500;
const host = process.ppid;

setInterval(() => {
  if (process.ppid !== host) process.kill(process.pid, 'SIGKILL');
}, PERIOD_MS);
