import { parentPort } from 'node:worker_threads';
import { diagnose } from './diagnosis.ts';

/** Looks once at what is installed, tells it, and ends. */
const { notes: _notes, ...diagnosis } = await diagnose();
parentPort?.postMessage(diagnosis);
