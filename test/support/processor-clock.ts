import { performance } from 'node:perf_hooks';

// Preloaded into a process (`--import`): its clock counts the time of its own threads on processors, in milliseconds. What the
// process decides by timing its own work then stays the same on a machine that also does something else.
performance.now = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
