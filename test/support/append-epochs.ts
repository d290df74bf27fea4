// Appends epochs to a run of a home: `append-epochs.ts HOME RUN FIRST_EPOCH FIRST_SEQ [COUNT]`, until it is killed where
// there is no count. It writes the number of every epoch that the store has acknowledged, one a line, at once.
import { writeSync } from 'node:fs';
import { openStore } from '../../src-main/sqlite/store-thread.ts';
import { UNKNOWN_CONDITIONS } from './conditions.ts';

const [home = '', runId = '', firstEpoch = '', firstSeq = '', count = 'Infinity'] = process.argv.slice(2);

const store = await openStore(home);
if (store === null) throw new Error(`Another process owns ${home}.`);
for (let index = 0; index < Number(count); index++) {
  const epoch = Number(firstEpoch) + index;
  const seconds = { training: 1, evaluation: 0, checkpoint: 0 };
  const losses = { trainLoss: epoch, validationLoss: epoch, validationError: 1 / epoch };
  const header = { seq: Number(firstSeq) + index, runId, at: Date.now() };
  const conditions = UNKNOWN_CONDITIONS;
  await store.appendEvents([
    { ...header, type: 'epoch.finished', epoch, ...losses, frozenLayers: 0, seconds, conditions },
  ]);
  writeSync(process.stdout.fd, `${epoch}\n`);
}
await store.close();
