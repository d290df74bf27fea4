import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunSpec, readStudySpecs } from '../../src-main/cli/spec-file.ts';
import { FakeShell } from './fake-shell.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-spec-'));
  await mkdir(join(folder, 'specs'));
  await writeFile(join(folder, 'specs', 'w.safetensors'), '');
  await writeFile(join(folder, 'w.safetensors'), '');
});

afterEach(() => rm(folder, { recursive: true }));

const base = { dataset: { kind: 'cifar10', path: 'cifar' }, model: { kind: 'vgg' }, epochs: 1 };
const run = { ...base, initialWeights: 'w.safetensors' };

describe('paths in a spec', () => {
  it('are relative to its file', async () => {
    await writeFile(join(folder, 'specs', 'run.json'), JSON.stringify(run));
    const spec = await readRunSpec('specs/run.json', new FakeShell({ folder }));
    expect(spec.dataset).toEqual({ kind: 'cifar10', path: join(folder, 'specs', 'cifar') });
    expect(spec.weights).toEqual({ path: join(folder, 'specs', 'w.safetensors'), names: 'lab', head: 'keep' });
  });

  it('are relative to the working folder where the spec comes from stdin', async () => {
    const shell = new FakeShell({ folder });
    shell.stdin = JSON.stringify({ name: 'one', base, arms: [], seeds: [1] });
    const [{ base: read }] = await readStudySpecs('-', shell);
    expect(read.dataset).toEqual({ kind: 'cifar10', path: join(folder, 'cifar') });
  });

  it('leave names of data sets alone, and a byte order mark does no harm', async () => {
    const shell = new FakeShell({ folder });
    shell.stdin = `\uFEFF${JSON.stringify({ ...base, dataset: 'fashion-mnist' })}`;
    expect((await readRunSpec('-', shell)).dataset).toBe('fashion-mnist');
  });
});
