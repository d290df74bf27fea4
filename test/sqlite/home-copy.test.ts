import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src-main/sqlite/database.ts';
import { copyHome, obstacleToWriting } from '../../src-main/sqlite/home-copy.ts';
import { MIGRATIONS } from '../../src-main/sqlite/migrate.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { canBeOrdinaryUser, outputOfOrdinaryUser } from '../support/ordinary-user.ts';
import { newRun, temporaryFolder } from '../support/store-fixtures.ts';

/** A home whose owner was killed: the last commits are in the log alone. */
function homeWithLog(migrations?: URL): string {
  const home = temporaryFolder();
  const database = openDatabase(join(home, 'lab.sqlite'), migrations);
  database.pragma('wal_autocheckpoint = 0');
  database.exec('CREATE TABLE of_the_test (value)');
  const killed = temporaryFolder();
  cpSync(home, killed, { recursive: true });
  database.close();
  return killed;
}

/** All files of a home with their bytes. */
function bytesOf(home: string): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(home).map((name) => [name, readFileSync(join(home, name), 'latin1')]));
}

describe('the copy of a home', () => {
  it('has what is in the log of a killed owner, and leaves the home as it was', async () => {
    const home = homeWithLog();
    expect(existsSync(join(home, 'lab.sqlite-wal'))).toBe(true);
    for (const name of readdirSync(home)) chmodSync(join(home, name), 0o444);
    const before = bytesOf(home);
    const copy = await copyHome(home, 'the disk is read-only');
    const database = openDatabase(join(copy.folder, 'lab.sqlite'));
    expect(database.prepare('SELECT count(*) FROM of_the_test').pluck().get()).toBe(0);
    database.close();
    expect(bytesOf(home)).toEqual(before);
    await copy.remove();
    expect(existsSync(copy.folder)).toBe(false);
  });

  it('is brought up to date where the home has an old schema', async () => {
    const first = readdirSync(MIGRATIONS).sort()[0];
    const folder = temporaryFolder();
    copyFileSync(fileURLToPath(new URL(first, MIGRATIONS)), join(folder, first));
    const copy = await copyHome(homeWithLog(pathToFileURL(`${folder}/`)), 'the disk is read-only');
    const store = SqliteStore.open(join(copy.folder, 'lab.sqlite'));
    store.enqueue([newRun('run-1')]);
    expect(store.runs({})).toHaveLength(1);
    store.close();
    await copy.remove();
  });

  it('is not made of a folder without a database', async () => {
    await expect(copyHome(temporaryFolder(), 'its disk is full')).rejects.toThrow(
      'holds no studies that can be seen, and none can be made in it, since its disk is full: ',
    );
  });
});

describe('what keeps a home from being written', () => {
  it('is nothing in a new folder, and in one that is not there yet', () => {
    expect(obstacleToWriting(temporaryFolder())).toBeNull();
    expect(obstacleToWriting(join(temporaryFolder(), 'new'))).toBeNull();
  });

  it.skipIf(!canBeOrdinaryUser).each(['', 'lab.sqlite', 'lab.lock'])(
    'are the permissions of the home or of a file: "%s"',
    (name) => {
      const home = join(temporaryFolder(), 'home');
      mkdirSync(home);
      for (const file of ['lab.sqlite', 'lab.lock']) copyFileSync(fileURLToPath(import.meta.url), join(home, file));
      chmodSync(join(home, name), name === '' ? 0o555 : 0o444);
      const module = new URL('../../src-main/sqlite/home-copy.ts', import.meta.url).href;
      const script = `import(${JSON.stringify(module)}).then((m) => console.log(m.obstacleToWriting(${JSON.stringify(home)})))`;
      expect(outputOfOrdinaryUser(script)).toContain('write-protected');
    },
  );
});
