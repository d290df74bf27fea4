import { startTrainer, tinyRun } from './trainer.ts';

/** A host whose trainer is in the middle of a long step: to be killed. Says so on stdout. */
const [, , folder] = process.argv;
const images = { classes: 4, height: 16, width: 16, channels: 3, train: 200, test: 40, seed: 0 } as const;
const dataset = { kind: 'synthetic', ...images } as const;
const model = { kind: 'wide-resnet', depth: 10, width: 8, skip: true } as const;
const { waitFor } = startTrainer(tinyRun(folder, { dataset, model, batchSize: 160, validation: 0 }));
await waitFor((event) => event.type === 'run.started');
console.log('training');
