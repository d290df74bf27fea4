import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DatasetLocation } from '#core/data/dataset-location.ts';
import { machineSchema } from '#core/machines/machine.ts';
import type { DatasetToBring } from '#core/machines/ports.ts';
import { remoteDataset, versionFolder } from '#core/machines/remote-layout.ts';
import { datasetCatalog } from '../../src-main/datasets/catalog.ts';
import { bringDataset } from '../../src-main/machines/bring-dataset.ts';
import { shellOf } from '../../src-main/machines/shells.ts';
import { type SshServer, sshd, startSshd } from '../support/sshd.ts';

const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));
const VERSION = 'test';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/fo-');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A data set of a few images; `first` is the first pixel. */
function idxIn(path: string, first = 1): DatasetLocation {
  mkdirSync(path, { recursive: true });
  const header = (magic: number, ...sizes: readonly number[]) => {
    const bytes = Buffer.alloc(4 + 4 * sizes.length);
    bytes.writeInt32BE(magic, 0);
    for (const [index, size] of sizes.entries()) bytes.writeInt32BE(size, 4 + 4 * index);
    return bytes;
  };
  for (const [part, count] of [
    ['train', 6],
    ['t10k', 2],
  ] as const) {
    const pixels = Buffer.alloc(count * 16, first);
    const labels = Buffer.from(Array.from({ length: count }, (_, index) => index % 2));
    writeFileSync(join(path, `${part}-images-idx3-ubyte`), Buffer.concat([header(2051, count, 4, 4), pixels]));
    writeFileSync(join(path, `${part}-labels-idx1-ubyte`), Buffer.concat([header(2049, count), labels]));
  }
  return { kind: 'idx', path, classes: 2 };
}

async function toBring(location: DatasetLocation, named: string | DatasetLocation = location): Promise<DatasetToBring> {
  return { named, location, hashes: (await datasetCatalog.content(location)).hashes };
}

describe.runIf(sshd !== null)('a data set for another machine', () => {
  let server: SshServer;
  beforeAll(async () => {
    server = await startSshd();
  });
  afterAll(() => server.close());

  /** A machine on which `lab` of this version is, below this test's folder. */
  function target(datasets: Readonly<Record<string, string>> = {}) {
    const root = join(folder, 'root');
    const place = versionFolder(root, VERSION);
    mkdirSync(place, { recursive: true });
    writeFileSync(
      join(place, 'lab'),
      `#!/bin/sh\necho asked >>${folder}/asked\nexec ${process.execPath} ${LAB} "$@"\n`,
      { mode: 0o755 },
    );
    const machine = machineSchema.parse({ name: 'box', ssh: 'gpubox', root, datasets });
    const environment = {
      ...process.env,
      XDG_RUNTIME_DIR: folder,
      PATH: `${server.programs}${delimiter}${process.env.PATH}`,
    };
    return { shell: shellOf(machine, environment), machine, version: VERSION };
  }

  it('is copied once, under its hash, and tells how far that is', async () => {
    const place = target();
    const dataset = await toBring(idxIn(join(folder, "it's mine")), 'mine');
    const shares: number[] = [];
    const found = await bringDataset(place, dataset, { onProgress: (share) => shares.push(share) });
    expect(found).toEqual({
      ...dataset.location,
      path: join(remoteDataset(place.machine.root, dataset.hashes.sha256), "it's mine"),
    });
    expect((await datasetCatalog.content(found)).hashes).toEqual(dataset.hashes);
    expect(shares.at(-1)).toBe(1);
    const again: number[] = [];
    expect(await bringDataset(place, dataset, { onProgress: (share) => again.push(share) })).toEqual(found);
    expect(again).toEqual([]);
    expect(readdirSync(join(place.machine.root, 'datasets'))).toEqual([dataset.hashes.sha256]);
  });

  it('that was copied by half, or holds other images, has not the name of its hash', async () => {
    const place = target();
    const dataset = await toBring(idxIn(join(folder, 'mine')));
    const folderThere = remoteDataset(place.machine.root, dataset.hashes.sha256);
    mkdirSync(join(`${folderThere}.making`, 'mine'), { recursive: true });
    idxIn(join(folder, 'mine'), 9);
    await expect(bringDataset(place, dataset)).rejects.toMatchObject({ code: 'conflict' });
    expect(existsSync(folderThere)).toBe(false);
    idxIn(join(folder, 'mine'));
    await bringDataset(place, dataset);
    expect(existsSync(folderThere)).toBe(true);
  });

  it('is taken from where the machine has it, if these are the images', async () => {
    const dataset = await toBring(idxIn(join(folder, 'here')), 'mine');
    idxIn(join(folder, 'there'));
    const place = target({ mine: join(folder, 'there') });
    expect(await bringDataset(place, dataset)).toEqual({ ...dataset.location, path: join(folder, 'there') });
    expect(existsSync(join(place.machine.root, 'datasets'))).toBe(false);
    idxIn(join(folder, 'there'), 9);
    await expect(bringDataset(place, dataset)).rejects.toThrow(/^box has other images in .*there than here/);
    await expect(bringDataset(target({ mine: join(folder, 'nowhere') }), dataset)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('is not copied where it comes with the set-up', async () => {
    const location = datasetCatalog.builtIn('fashion-mnist');
    if (location === null) throw new Error('Fashion-MNIST is missing.');
    const place = target();
    expect(await bringDataset(place, await toBring(location, 'fashion-mnist'))).toEqual(location);
    expect(existsSync(join(place.machine.root, 'datasets'))).toBe(false);
  });

  it('that is made, or lies where commands run on the spot, stays where it is', async () => {
    const made = { kind: 'synthetic', size: 8, channels: 1, classes: 2, training: 4, test: 2, seed: 1 } as never;
    const nowhere = { named: made, location: made, hashes: { sha256: 'a'.repeat(64), withValidation: null } };
    expect(await bringDataset(target(), nowhere)).toBe(made);
    const dataset = await toBring(idxIn(join(folder, 'here')));
    const { shell, machine, version } = target();
    expect(await bringDataset({ shell, machine: { ...machine, ssh: null }, version }, dataset)).toBe(dataset.location);
  });
});
