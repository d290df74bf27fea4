import { openHost } from '../../src-main/host.ts';

/** A program that owns a home, and serves it where it is told to: to be stopped or killed. Says on stdout when it does. */
const [, , home, how] = process.argv;
const host = await openHost({ home, serve: how === 'serving' });
console.log('owned');
process.once('SIGTERM', () => void host.close('The test is over.').then(() => process.exit(0)));
