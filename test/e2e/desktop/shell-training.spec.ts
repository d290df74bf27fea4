import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDetail } from '../../../src-main/core/records.ts';
import type { Connection } from '../../../src-main/socket/client.ts';
import { connectToOwner } from '../../../src-main/socket/client.ts';
import { isAlive, utilityTrainersOf } from '../../support/processes.ts';
import { expect, test } from './app-fixture.ts';

const SPEC = {
  dataset: { kind: 'synthetic', classes: 4, height: 8, width: 8, train: 200, test: 40 },
  train: 160,
  validation: 40,
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
  epochs: 3,
  batchSize: 8,
} as const;

const LONG = { ...SPEC, epochs: 5000 };

/** What another program of the home sees of the app: the socket that the app serves as its owner. */
async function clientOf(home: string): Promise<Connection> {
  const connection = await connectToOwner(home);
  if (connection === null) throw new Error('The app does not serve the socket.');
  return connection;
}

async function start(connection: Connection, spec: object): Promise<string> {
  const { runId } = await connection.client.runs.start({ spec: spec as never });
  return runId;
}

function until(connection: Connection, run: string, matches: (run: RunDetail) => boolean): Promise<void> {
  return expect(async () => {
    expect(matches(await connection.client.runs.show({ run }))).toBe(true);
  }).toPass({ timeout: 30_000, intervals: [100] });
}

test('trains in a utility process with TensorFlow, whose chatter goes to the log of the run', async ({ home, lab }) => {
  const connection = await clientOf(home);
  const run = await start(connection, SPEC);
  await until(connection, run, ({ status }) => status === 'finished');
  const { epochs, environment, testError } = await connection.client.runs.show({ run });
  expect(epochs).toHaveLength(3);
  expect(environment?.backend).toMatch(/^tensorflow-/);
  expect(testError).not.toBeNull();
  expect(existsSync(join(home, 'runs', run, 'weights.safetensors'))).toBe(true);
  expect(existsSync(join(home, 'runs', run, 'trainer.log'))).toBe(true);
  expect(utilityTrainersOf(lab.app.process().pid)).toEqual([]);
  connection.close();
});

test('pauses with a checkpoint and goes on; tells within 2 s that a trainer was killed', async ({ home, lab }) => {
  const connection = await clientOf(home);
  const { runs } = connection.client;
  const run = await start(connection, LONG);
  await until(connection, run, ({ epoch }) => epoch >= 2);
  expect((await runs.pause({ run })).status).toBe('paused');
  const paused = await runs.show({ run });
  expect(paused.checkpoints.length).toBeGreaterThan(0);

  await runs.resume({ run });
  await until(connection, run, ({ epoch, status }) => status === 'running' && epoch > paused.epoch + 1);
  const [trainer = 0] = utilityTrainersOf(lab.app.process().pid);
  expect(isAlive(trainer)).toBe(true);
  process.kill(trainer, 'SIGKILL');
  const killedAt = Date.now();
  await until(connection, run, ({ status }) => status === 'interrupted');
  expect(Date.now() - killedAt).toBeLessThan(2000);
  expect((await runs.show({ run })).reason).toBe('The trainer was ended by SIGKILL.');
  connection.close();
});

test('takes its trainer with it when it is killed', async ({ home, lab }) => {
  const connection = await clientOf(home);
  const run = await start(connection, LONG);
  await until(connection, run, ({ epoch }) => epoch >= 1);
  const [trainer = 0] = utilityTrainersOf(lab.app.process().pid);
  lab.app.process().kill('SIGKILL');
  await expect.poll(() => isAlive(trainer), { timeout: 2000, intervals: [50] }).toBe(false);
  expect(readFileSync(join(home, 'runs', run, 'trainer.log'), 'utf8')).not.toContain('Error');
});
