import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CacheItem } from '../../src-main/setup/cache.mjs';
import { cachedFacts, provide } from '../../src-main/setup/cache.mjs';
import { fileThere, killed, startScript } from './child-script.ts';
import { temporaryCache } from './temporary-folder.ts';

function say(): void {}

function item(make: CacheItem['make']): CacheItem {
  return { name: 'sets/one', what: 'one', make };
}

const whole = item(async (folder) => {
  writeFileSync(join(folder, 'file'), 'content');
  return { files: ['file'], facts: { colour: 'red' } };
});

test('what was made is there with its facts, and is not made again', async () => {
  temporaryCache();
  expect(cachedFacts('sets/one')).toBeNull();
  const folder = await provide(whole, say);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('content');
  expect(cachedFacts('sets/one')).toEqual({ colour: 'red' });
  await provide(
    item(() => Promise.reject(new Error('made again'))),
    say,
  );
});

test('two that ask at once get it made once', async () => {
  temporaryCache();
  let made = 0;
  const counting = item((folder, tell) => {
    made += 1;
    return whole.make(folder, tell);
  });
  await Promise.all([provide(counting, say), provide(counting, say), provide(counting, say)]);
  expect(made).toBe(1);
});

test('a failure leaves nothing behind', async () => {
  const cache = temporaryCache();
  const failing = item(async (folder) => {
    writeFileSync(join(folder, 'file'), 'half');
    throw new Error('cut off');
  });
  await expect(provide(failing, say)).rejects.toThrow('cut off');
  expect(readdirSync(join(cache, 'sets'))).toEqual([]);
  expect(readdirSync(join(cache, 'locks'))).toEqual([]);
});

test('what a killed set-up began is never taken for whole, and is removed by the next', async () => {
  const cache = temporaryCache();
  const sign = join(cache, 'sign');
  const child = startScript(`
    import { writeFileSync } from 'node:fs';
    import { provide } from 'SETUP/cache.mjs';
    const make = async (folder) => {
      writeFileSync(folder + '/file', 'half');
      writeFileSync('${sign}', '');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    };
    await provide({ name: 'sets/one', what: 'one', make }, () => {});`);
  await fileThere(sign);
  await killed(child);
  expect(cachedFacts('sets/one')).toBeNull();
  expect(readdirSync(join(cache, 'sets'))).toEqual([`one.making-${child.pid}`]);
  await provide(whole, say);
  expect(readdirSync(join(cache, 'sets'))).toEqual(['one']);
});

test('a file that was changed since, or a stamp that was cut off, makes it anew', async () => {
  temporaryCache();
  const folder = await provide(whole, say);
  writeFileSync(join(folder, 'file'), 'shorter');
  expect(cachedFacts('sets/one')).toBeNull();
  await provide(whole, say);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('content');
  writeFileSync(join(folder, 'stamp.json'), '{"facts":');
  expect(cachedFacts('sets/one')).toBeNull();
  expect(existsSync(await provide(whole, say))).toBe(true);
});
