import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { seedHome } from '../../support/seeded-home.ts';
import { expect, openApp, test } from './app-fixture.ts';

test('a home that cannot be written is shown, and refuses changes in one sentence', async ({ home }, info) => {
  seedHome(home, { runs: 12, epochs: 2, studies: 1, samples: 2 });
  for (const name of readdirSync(home)) chmodSync(join(home, name), 0o444);
  chmodSync(home, 0o555);
  const files = readdirSync(home);
  const wrap = (electron: string) => {
    if (process.getuid?.() !== 0) return electron;
    // Permissions do not stop root, but a disk that is mounted read-only does.
    const path = info.outputPath('electron.sh');
    mkdirSync(dirname(path), { recursive: true });
    const mount = `mount --bind "${home}" "${home}" && mount -o remount,bind,ro "${home}"`;
    const script = `#!/bin/sh\nexec unshare -m sh -c '${mount} && exec "${electron}" "$@"' sh "$@"\n`;
    writeFileSync(path, script, { mode: 0o755 });
    return path;
  };
  const { app, page } = await openApp({ home, wrap });
  await expect(page.getByText('Read-only.')).toBeVisible();
  await expect(page.getByText('read-only home')).toBeVisible();
  await page.goto(page.url().replace(/#.*$|$/, '#/runs'));
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await page.screenshot({ path: info.outputPath('read-only.png') });
  await page.goto(page.url().replace(/#.*$/, '#/settings'));
  await page.getByRole('radio', { name: 'Dark' }).or(page.getByLabel('Dark')).first().click();
  await expect(page.getByText('so nothing can be changed in it')).toBeVisible();
  await expect(page.getByRole('radio', { name: 'As the system' })).toBeChecked();
  await page.screenshot({ path: info.outputPath('refused.png') });
  await app.close();
  expect(readdirSync(home)).toEqual(files);
  chmodSync(home, 0o755);
  rmSync(home, { recursive: true });
});
