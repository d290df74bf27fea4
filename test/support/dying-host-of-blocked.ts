import { createChildProcessHost } from '../../src-main/trainer-host/child-process.ts';

/** A host whose trainer blocks: to be killed. Says so on stdout once the trainer is about to block. */
const [, , folder, how, pipe] = process.argv;
process.env.NODE_OPTIONS = `--import ${new URL('./block-trainer.ts', import.meta.url).href}`;
process.env.BLOCKED_BY = how;
process.env.BLOCKING_PIPE = pipe;
createChildProcessHost().start(folder, () => console.log('blocked'), null);
