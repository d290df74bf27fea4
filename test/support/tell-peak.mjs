// Loaded before a program: appends the most memory that the process had, in KB, to the file that PEAK_FILE names.
import { appendFileSync, readFileSync } from 'node:fs';

process.on('exit', () => {
  if (!process.env.PEAK_FILE) return;
  // What `resourceUsage` tells begins with the memory of the program that started this one.
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  appendFileSync(process.env.PEAK_FILE, `${peak}\n`);
});
