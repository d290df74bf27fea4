import { downloadDataset } from '../../../src-main/datasets/download/download-dataset.ts';
import { madeUpDataset } from './made-up-dataset.ts';

// A process that a test kills while it downloads: `root`, then the address of the server.
const [root, mirror] = process.argv.slice(2);
await downloadDataset(
  { known: madeUpDataset('idx'), root, mirror, firstWaitMs: 1 },
  {
    signal: new AbortController().signal,
    report: () => undefined,
  },
);
