import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RemoteMachine } from '#core/machines/machine.ts';
import { machineSchema } from '#core/machines/machine.ts';
import { machinesOf, saveMachines } from '../../src-main/machines/machines-file.ts';

let home: string;
const box: RemoteMachine = machineSchema.parse({ name: 'gpubox', ssh: 'gpubox', root: '~/lab' });

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'machines-'));
});

afterEach(() => rmSync(home, { recursive: true }));

it('keeps the machines of a home, none at first', async () => {
  expect(await machinesOf(home)).toEqual([]);
  await saveMachines(home, [box]);
  expect(await machinesOf(home)).toEqual([box]);
  expect(readdirSync(home)).toEqual(['machines.json']);
});

it('changes nothing where what is saved is no list of machines', async () => {
  await saveMachines(home, [box]);
  await expect(saveMachines(home, [box, box])).rejects.toMatchObject({ code: 'bad-request' });
  expect(await machinesOf(home)).toEqual([box]);
});

it('says what is wrong in a file that somebody has written', async () => {
  writeFileSync(join(home, 'machines.json'), '{"machines": [');
  await expect(machinesOf(home)).rejects.toThrow('is no JSON');
  writeFileSync(join(home, 'machines.json'), '{"machines": [{"name": "a", "ssh": null, "root": "x"}]}');
  await expect(machinesOf(home)).rejects.toThrow('"machines.0.root" is not valid: must begin with / or ~/');
});
