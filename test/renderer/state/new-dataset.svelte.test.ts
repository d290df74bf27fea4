import { describe, expect, it } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import { badRequest } from '#core/errors.ts';
import { MOST_ITEMS } from '../../../src-renderer/state/dataset-report.svelte.ts';
import { NewDataset } from '../../../src-renderer/state/new-dataset.svelte.ts';

/** Answers of the main process: a dialog in which something is chosen, and files that are refused at first. */
function fakeApi(asked: unknown[], lines: readonly string[] = []): PageClient {
  let isRefused = true;
  const desktop = {
    // As the main process answers where nothing tells what was chosen.
    chooseDataset: async ({ kind }: { kind: string }) => ({
      ...{ token: 'token', name: 'cifar-10-binary.tar.gz' },
      dataset: kind,
    }),
    checkDataset: async () => ({ refusal: null }),
    addDataset: async (input: unknown) => {
      asked.push(input);
      isRefused = !isRefused;
      if (!isRefused) throw badRequest('The folder holds no test_batch.bin.');
      return { name: 'mine' };
    },
  };
  return { desktop, datasets: { progress: () => linesOf(lines) } } as unknown as PageClient;
}

async function* linesOf(lines: readonly string[]) {
  for (const text of lines) yield { text };
}

describe('a data set that is being added', () => {
  it('says what is wrong with its name as one types', () => {
    const form = new NewDataset(fakeApi([]), () => ['fashion-mnist']);
    form.choose('cifar10');
    expect([form.name, form.nameError]).toEqual(['cifar10', null]);
    const errors = ['', 'fashion-mnist', '-x', 'fine_name-1.0'].map((name) => {
      form.name = name;
      return form.nameError;
    });
    expect(errors).toEqual([
      'Type a name.',
      'There is a data set of this name: choose another name, or replace it.',
      expect.stringContaining('must be up to 64 letters'),
      null,
    ]);
  });

  it('begins with a folder of images, and is called as its folder or archive, with a number where that is taken', async () => {
    const chosen = ['my pets (2026)', 'letters.npz', '猫', 'my pets (2026)'];
    const api = fakeApi([]);
    const chooseDataset = async () => ({ token: 'token', name: chosen.shift(), dataset: 'image-folder' });
    const taken: string[] = [];
    const form = new NewDataset({ ...api, desktop: { ...api.desktop, chooseDataset } } as PageClient, () => taken);
    const names: string[] = [form.kind.kind, form.name];
    for (let left = chosen.length; left > 0; left -= 1) {
      await form.chooseFile('folder');
      names.push(form.name);
      taken.push('my-pets-2026');
    }
    expect(names).toEqual(['image-folder', '', 'my-pets-2026', 'letters', '', 'my-pets-2026-2']);
    expect(form.nameError).toBeNull();
  });

  it('is of the kind that its files show, whatever was chosen before, and of another one by hand', async () => {
    const asked: unknown[] = [];
    const form = new NewDataset(fakeApi(asked), () => []);
    form.choose('cifar100');
    form.take({ token: 'dropped', name: 'my digits.npz', dataset: 'npz' });
    expect([form.kind.kind, form.name, form.file?.name, form.isReady]).toEqual([
      ...['npz', 'my-digits', 'my digits.npz', true],
    ]);
    await form.add();
    expect(asked).toEqual([{ token: 'dropped', name: 'my-digits', options: { kind: 'npz' }, replace: false }]);
    form.draft = {};
    form.take({ token: 'other', name: 'more digits.npz', dataset: 'npz' });
    expect([form.name, form.error]).toEqual(['more-digits', null]);
    form.choose('idx');
    expect([form.file, form.isReady]).toEqual([null, false]);
  });

  it('replaces a data set once that is agreed to, for this name alone', async () => {
    const asked: unknown[] = [];
    const form = new NewDataset(fakeApi(asked), () => ['mine', 'yours']);
    await form.chooseFile('file');
    form.name = 'mine';
    expect([form.isTaken, form.isReady]).toEqual([true, false]);
    form.replaces = true;
    expect([form.nameError, form.isReady]).toEqual([null, true]);
    form.name = 'yours';
    expect([form.replaces, form.isReady]).toEqual([false, false]);
    form.name = 'mine';
    await form.add();
    expect(asked).toMatchObject([{ name: 'mine', replace: true }]);
  });

  it('asks for the classes of IDX files, and forgets the files of another kind', async () => {
    const form = new NewDataset(fakeApi([]), () => []);
    await form.chooseFile('file');
    expect(form.file?.name).toBe('cifar-10-binary.tar.gz');
    form.choose('idx');
    const draft = { classes: '10', set: '', transpose: false };
    expect([form.file, form.name, form.draft, form.fieldErrors]).toEqual([null, '', draft, {}]);
    form.draft = { classes: 'ten' };
    expect(form.fieldErrors).toEqual({ classes: 'Give a number, such as 10 or 0.1.' });
    expect(form.isReady).toBe(false);
  });

  it('says only what was chosen of what may be left out', async () => {
    const asked: unknown[] = [];
    const form = new NewDataset(fakeApi(asked), () => []);
    form.choose('idx');
    form.name = 'letters';
    await form.chooseFile('folder');
    await form.add();
    form.draft = { classes: '26', set: 'letters', transpose: true };
    await form.add();
    const common = { token: 'token', name: 'letters', replace: false };
    expect(asked).toEqual([
      { ...common, options: { kind: 'idx', classes: 10 } },
      { ...common, options: { kind: 'idx', classes: 26, set: 'letters', transpose: true } },
    ]);
  });

  it('asks for the size of an image folder, which may be left out', async () => {
    const asked: unknown[] = [];
    const form = new NewDataset(fakeApi(asked), () => []);
    form.choose('image-folder');
    form.name = 'flowers';
    await form.chooseFile('folder');
    expect([form.draft, form.fieldErrors, form.isReady]).toEqual([{ size: '' }, {}, true]);
    form.draft = { size: '2' };
    expect([form.fieldErrors, form.isReady]).toEqual([{ size: 'Give 4 or more.' }, false]);
    form.draft = { size: '64' };
    await form.add();
    expect(asked).toEqual([
      { token: 'token', name: 'flowers', options: { kind: 'image-folder', size: 64 }, replace: false },
    ]);
  });

  it('says how far a long preparation is, until it has ended', async () => {
    const api = fakeApi([], ['decoding', 'decoded 5 of 9 images']);
    let answer: (added: unknown) => void = () => {};
    const answered = new Promise((resolve) => {
      answer = resolve;
    });
    const form = new NewDataset(
      { ...api, desktop: { ...api.desktop, addDataset: () => answered } } as PageClient,
      () => [],
    );
    await form.chooseFile('folder');
    const added = form.add();
    await expect.poll(() => form.progress).toBe('decoded 5 of 9 images');
    answer({ name: 'cifar10' });
    await added;
    expect([form.isAdding, form.progress]).toEqual([false, null]);
  });

  it('adds what was chosen, and keeps all of it where the files are refused', async () => {
    const asked: unknown[] = [];
    const form = new NewDataset(fakeApi(asked), () => []);
    form.choose('cifar10');
    form.name = 'mine';
    expect(await form.add()).toBeNull();
    await form.chooseFile('file');
    expect(await form.add()).toBeNull();
    expect([form.error, form.name, form.isReady]).toEqual(['The folder holds no test_batch.bin.', 'mine', true]);
    expect(await form.add()).toMatchObject({ name: 'mine' });
    expect(asked).toEqual([
      { token: 'token', name: 'mine', options: { kind: 'cifar10' }, replace: false },
      { token: 'token', name: 'mine', options: { kind: 'cifar10' }, replace: false },
    ]);
  });

  it('checks the files before it adds them, without a name too, and adds nothing that the report refuses', async () => {
    const asked: unknown[] = [];
    const api = fakeApi(asked);
    const checkDataset = async (input: unknown) => {
      asked.push(input);
      return { refusal: '2 of 9 image files cannot be read.' };
    };
    const refusing = { ...api, desktop: { ...api.desktop, checkDataset } } as unknown as PageClient;
    const form = new NewDataset(refusing, () => []);
    form.choose('npz');
    await form.chooseFile('file');
    form.name = '';
    expect([form.isReady, form.isCheckable]).toEqual([false, true]);
    await form.check();
    expect([form.report?.refusal, form.error]).toEqual(['2 of 9 image files cannot be read.', null]);
    form.name = 'mine';
    expect(await form.add()).toBeNull();
    expect(form.error).toBe('2 of 9 image files cannot be read.');
    expect(asked).toEqual(new Array(2).fill({ token: 'token', options: { kind: 'npz' }, most: MOST_ITEMS }));
    await form.chooseFile('file');
    expect([form.report, form.error]).toEqual([null, null]);
  });
});
