/** What crash-points.ts watches: `crash-program.ts PROGRAM FOLDER`. */
import { CRASH_PROGRAMS } from './crash-programs.ts';

const [name, folder] = process.argv.slice(2);
await CRASH_PROGRAMS.find((program) => program.name === name)?.act(folder);
