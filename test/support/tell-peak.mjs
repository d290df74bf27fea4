// Loaded before a program: appends the most memory that the process had, in KB, to the file that PEAK_FILE names.
import { appendFileSync } from 'node:fs';

process.on('exit', () => {
  if (process.env.PEAK_FILE) appendFileSync(process.env.PEAK_FILE, `${process.resourceUsage().maxRSS}\n`);
});
