import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { expect, onTestFinished, test } from 'vitest';
import type { DatasetRecord, RunRecord } from '#core/records.ts';
import { writeTree } from '../datasets/image-files.ts';
import { lab, labJson, specFile, startLab } from '../support/lab-process.ts';
import { writeLargeFile } from '../support/large-file.ts';
import { isAlive, trainersOf } from '../support/processes.ts';
import { seedHome } from '../support/seeded-home.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

// The real `lab`, told to end in the middle of what takes long. Vitest's own limit ends a test whose program does not.

const PATIENCE = { timeout: 60_000, interval: 10 };
const INTERRUPTED = 130;

const namesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'an import that %s ends leaves whole runs, says so, and is completed by another',
  async (signal) => {
    const home = temporaryFolder();
    const file = join(temporaryFolder(), 'runs.ndjson');
    await writeLargeFile(file, { runs: 60, events: 600, layers: 10 });
    const importing = startLab(home, ['runs', 'import', file]);
    await expect.poll(() => namesIn(join(home, 'importing')).length, PATIENCE).toBeGreaterThan(0);
    importing.child.kill(signal);
    const { code, stderr } = await importing.ended;
    expect(code).toBe(INTERRUPTED);
    expect(stderr).toMatch(/Import the file again to go on\.\n$/);
    expect(namesIn(join(home, 'importing'))).toEqual([]);
    const runs = await labJson<readonly RunRecord[]>(home, ['runs', 'list']);
    expect(runs.filter(({ status }) => status !== 'finished')).toEqual([]);
    expect(runs.length).toBeLessThan(60);
    expect((await lab(home, ['runs', 'import', file])).code).toBe(0);
    expect(await labJson<readonly RunRecord[]>(home, ['runs', 'list'])).toHaveLength(60);
  },
);

test.each(['SIGINT', 'SIGTERM'] as const)(
  'an export that %s ends leaves the file that was there, and says so',
  async (signal) => {
    const home = temporaryFolder();
    seedHome(home, { runs: 90, epochs: 200, studies: 1, samples: 1000 });
    const { name } = (await labJson<readonly { readonly name: string }[]>(home, ['studies', 'list']))[0];
    const file = join(temporaryFolder(), 'study.ndjson');
    writeFileSync(file, 'what was there');
    const exporting = startLab(home, ['export', 'study', name, file]);
    await expect.poll(() => namesIn(join(home, 'exporting')).length, PATIENCE).toBeGreaterThan(0);
    exporting.child.kill(signal);
    const { code, stderr } = await exporting.ended;
    expect(code).toBe(INTERRUPTED);
    expect(stderr).toContain(`The export was ended: ${file} is as it was.`);
    expect(readFileSync(file, 'utf8')).toBe('what was there');
    expect(namesIn(join(home, 'exporting'))).toEqual([]);
  },
);

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the decoding of images that %s ends adds nothing, says so, and is done by the next command',
  async (signal) => {
    const [home, images, cache] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    const picture = noise(1200);
    const names = ['cat', 'dog'].flatMap((kind) =>
      Array.from({ length: 40 }, (_, index) => `train/${kind}/${index}.png`),
    );
    await writeTree(
      images,
      Object.fromEntries([...names, 'test/cat/1.png', 'test/dog/1.png'].map((one) => [one, picture])),
    );
    const words = ['datasets', 'add', 'pets', '--kind', 'image-folder', '--path', images, '--size', '16'];
    const place = { env: { FREEZEOUT_LAB_CACHE: cache } };
    const adding = startLab(home, words, place);
    await expect
      .poll(() => namesIn(join(cache, 'images')).some((one) => one.includes('.making-')), PATIENCE)
      .toBe(true);
    adding.child.kill(signal);
    const { code, stderr } = await adding.ended;
    expect(code).toBe(INTERRUPTED);
    expect(stderr).toMatch(/`lab datasets add` was ended before it was done: what it had stored is whole\.\n$/);
    expect((await labJson<readonly DatasetRecord[]>(home, ['datasets', 'list'])).map(({ name }) => name)).not.toContain(
      'pets',
    );
    expect((await startLab(home, words, place).ended).code).toBe(0);
    expect(namesIn(join(cache, 'images')).filter((one) => one.includes('.making-'))).toEqual([]);
  },
);

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a download that %s ends keeps what has arrived, and says how to go on',
  async (signal) => {
    const [home, datasets] = [temporaryFolder(), temporaryFolder()];
    const mirror = await silentServer(Buffer.alloc(100_000));
    const env = { FREEZEOUT_LAB_MIRROR: mirror, FREEZEOUT_LAB_DATASETS: datasets };
    const getting = startLab(home, ['datasets', 'get', 'kmnist', '--yes'], { env });
    await expect.poll(() => namesIn(join(datasets, 'kmnist.part')).length, PATIENCE).toBeGreaterThan(0);
    getting.child.kill(signal);
    const { code, stderr } = await getting.ended;
    expect(code).toBe(INTERRUPTED);
    expect(stderr).toMatch(/Stopped; what has arrived is kept\. Continue with: .*datasets get kmnist/);
    expect(namesIn(datasets)).not.toContain('kmnist');
  },
);

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a search that %s ends pauses its run with a checkpoint, and says how to go on',
  async (signal) => {
    const home = temporaryFolder();
    const base = {
      dataset: { kind: 'synthetic', height: 8, width: 8, channels: 1, train: 660, test: 100 },
      ...{
        train: 600,
        validation: 60,
        model: { kind: 'densenet-bc', depth: 10, growth: 4 },
        epochs: 4000,
        batchSize: 20,
      },
    };
    const words = ['find', specFile(home, base), '--tolerance', '1', '--budget', '9h', '--name', 'how much'];
    const searching = startLab(home, [...words, '--json']);
    await searching.event(({ type }) => type === 'checkpoint.saved');
    const trainers = trainersOf(searching.child.pid);
    searching.child.kill(signal);
    const { code, stderr } = await searching.ended;
    expect(code).toBe(INTERRUPTED);
    expect(stderr).toMatch(/Paused\. Continue with: .*find 'how much'/);
    expect(trainers.filter(isAlive)).toEqual([]);
    const runs = await labJson<readonly RunRecord[]>(home, ['runs', 'list']);
    expect(runs.map(({ status }) => status)).toEqual(expect.arrayContaining(['paused']));
    expect(runs.filter(({ status }) => status === 'running' || status === 'interrupted')).toEqual([]);
  },
);

test('a reader of the output that goes away, as `head` does, is no error', async () => {
  const home = temporaryFolder();
  seedHome(home, { runs: 9, epochs: 2, studies: 1, samples: 0 });
  const { name } = (await labJson<readonly { readonly name: string }[]>(home, ['studies', 'list']))[0];
  const reporting = startLab(home, ['report', name, '--html', join(home, 'report.html')]);
  reporting.child.stdout?.destroy();
  expect(await reporting.ended).toMatchObject({ code: 0, stderr: '' });
});

/** A PNG that takes a while to decode, and cannot be packed much. */
function noise(side: number): Uint8Array {
  const pixels = Uint8Array.from({ length: side * side * 4 }, (_, place) =>
    place % 4 === 3 ? 255 : (Math.imul(place, 2_654_435_761) >>> 24) & 255,
  );
  return Transformer.fromRgbaPixels(pixels, side, side).pngSync();
}

/** Begins to answer whatever is asked for, and never ends. */
async function silentServer(start: Uint8Array): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200);
    response.write(start);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
