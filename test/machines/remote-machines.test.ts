import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import { FOLLOW_GREETING } from '#core/machines/follow-lines.ts';
import { machineSchema } from '#core/machines/machine.ts';
import { machineNamed } from '#core/machines/machine-words.ts';
import { remoteLab } from '#core/machines/remote-layout.ts';
import { homeMachines } from '../../src-main/machines/home-machines.ts';
import { remoteMachinesOf } from '../../src-main/machines/remote-machines.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

const machine = (name: string, root = '/data/lab') => machineSchema.parse({ name, ssh: null, root });

it('a machine is to be set up before anything is sent there', async () => {
  const folder = temporaryFolder();
  const box = machine('box', join(folder, 'it is here'));
  const machines = remoteMachinesOf(homeMachines(folder), {});
  await expect(machines.checkSetUp(box)).rejects.toMatchObject({
    code: 'conflict',
    message:
      'box has not this version of the program: set it up with `npm run lab -- machines set-up box`, then try again.',
  });
  const lab = remoteLab(box.root, await machines.version());
  mkdirSync(dirname(lab), { recursive: true });
  writeFileSync(lab, '#!/bin/sh\n');
  chmodSync(lab, 0o755);
  await machines.checkSetUp(box);
});

it('a machine that is not there is refused with what was probably meant', () => {
  const refusal = (names: readonly string[], name: string) => () =>
    machineNamed(
      names.map((one) => machine(one)),
      name,
    );
  expect(refusal(['box', 'cluster'], 'cluter')).toThrow('There is no machine cluter: did you mean cluster?');
  expect(refusal(['box', 'cluster'], 'gpu')).toThrow('There is no machine gpu: choose one of box, cluster.');
  expect(refusal(['box'], 'gpu')).toThrow('There is no machine gpu: the only one is box.');
  expect(refusal([], 'gpu')).toThrow('There is no machine gpu: add one with `npm run lab -- machines add`.');
});

it('a machine may be slow to begin to speak, and then gives signs of life', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const folder = temporaryFolder();
  const output = new PassThrough();
  const killed = vi.fn(() => output.end());
  const ended = new Promise<never>(() => undefined);
  const process = { output, ended, write: async () => undefined, endInput: () => undefined, kill: killed };
  const shell = { run: () => Promise.reject(new Error('Nothing is run.')), open: () => process };
  const machines = remoteMachinesOf({ ...homeMachines(folder), shell: () => shell }, {});
  machines.follow(machine('box'), () => undefined);
  const heard = async (line: string) => {
    output.write(`${line}\n`);
    await vi.advanceTimersByTimeAsync(0);
  };
  await machines.version();
  await vi.advanceTimersByTimeAsync(150_000);
  await heard(FOLLOW_GREETING);
  await vi.advanceTimersByTimeAsync(40_000);
  await heard('{"type":"here"}');
  await vi.advanceTimersByTimeAsync(40_000);
  expect(killed).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(killed).toHaveBeenCalled();
});
