/**
 * A thread of the trainer that ends the process when its host has died. The trainer's main thread may be busy with a long
 * training step and would notice only afterwards. On Windows the parent's number survives the parent, so there only the main
 * thread notices.
 */
const PERIOD_MS = 500;
const host = process.ppid;

setInterval(() => {
  if (process.ppid !== host) process.kill(process.pid, 'SIGKILL');
}, PERIOD_MS);
