import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, utilityTrainersOf } from '../../support/processes.ts';
import { expect, test } from './app-fixture.ts';
import { LONG_RUN, ownerOf, SHORT_RUN, startRun, untilRun } from './owner-client.ts';

test('trains in a utility process with TensorFlow, whose chatter goes to the log of the run', async ({ home, lab }) => {
  const connection = await ownerOf(home);
  const run = await startRun(connection.client, SHORT_RUN);
  await untilRun(connection.client, run, ({ status }) => status === 'finished');
  const { epochs, environment, testError } = await connection.client.runs.show({ run });
  expect(epochs).toHaveLength(3);
  expect(environment?.backend).toMatch(/^tensorflow-/);
  expect(testError).not.toBeNull();
  expect(existsSync(join(home, 'runs', run, 'weights.safetensors'))).toBe(true);
  expect(existsSync(join(home, 'runs', run, 'trainer.log'))).toBe(true);
  // The process takes the library down after it has told its end.
  await expect.poll(() => utilityTrainersOf(lab.app.process().pid)).toEqual([]);
  connection.close();
});

test('pauses with a checkpoint and goes on; tells that a trainer was killed', async ({ home, lab }) => {
  const connection = await ownerOf(home);
  const { runs } = connection.client;
  const run = await startRun(connection.client, LONG_RUN);
  await untilRun(connection.client, run, ({ epoch }) => epoch >= 2);
  expect((await runs.pause({ run })).status).toBe('paused');
  const paused = await runs.show({ run });
  expect(paused.checkpoints.length).toBeGreaterThan(0);

  await runs.resume({ run });
  await untilRun(connection.client, run, ({ epoch, status }) => status === 'running' && epoch > paused.epoch + 1);
  const [trainer = 0] = utilityTrainersOf(lab.app.process().pid);
  expect(isAlive(trainer)).toBe(true);
  process.kill(trainer, 'SIGKILL');
  const told = async () => (await runs.history({ run })).filter(({ type }) => type === 'run.interrupted');
  await expect.poll(told, { intervals: [50] }).toMatchObject([{ reason: 'The trainer was ended by SIGKILL.' }]);
  // A new trainer goes on by itself.
  const { epoch } = await runs.show({ run });
  await untilRun(connection.client, run, (now) => now.status === 'running' && now.epoch > epoch);
  connection.close();
});

test('takes its trainer with it when it is killed', async ({ home, lab }) => {
  const connection = await ownerOf(home);
  const run = await startRun(connection.client, LONG_RUN);
  await untilRun(connection.client, run, ({ epoch }) => epoch >= 1);
  const [trainer = 0] = utilityTrainersOf(lab.app.process().pid);
  lab.app.process().kill('SIGKILL');
  await expect.poll(() => isAlive(trainer)).toBe(false);
  expect(readFileSync(join(home, 'runs', run, 'trainer.log'), 'utf8')).not.toContain('Error');
});
