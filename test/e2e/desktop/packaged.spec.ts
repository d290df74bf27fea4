import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FuseState, FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import { tinyImageFiles, writeTree } from '../../datasets/image-files.ts';
import { launch } from './app-fixture.ts';
import { addImageFolder } from './dataset-dialogs.ts';
import { labJson } from './lab-beside-app.ts';

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));
const BUILDER = join(CHECKOUT, 'node_modules', 'electron-builder', 'cli.js');
const UNPACKED = join(CHECKOUT, 'dist-app', 'linux-unpacked');
const PROGRAM = join(UNPACKED, 'freezeout-lab');

/** What the released program has. */
const RELEASED = {
  [FuseV1Options.RunAsNode]: FuseState.DISABLE,
  [FuseV1Options.EnableCookieEncryption]: FuseState.ENABLE,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: FuseState.DISABLE,
  [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.DISABLE,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: FuseState.ENABLE,
  [FuseV1Options.OnlyLoadAppFromAsar]: FuseState.ENABLE,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: FuseState.DISABLE,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: FuseState.DISABLE,
};

const RUN = {
  dataset: 'pets',
  validation: 0,
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
  epochs: 2,
  batchSize: 2,
};

function packageApp(): void {
  const command = [BUILDER, '--dir', '--config', 'electron-builder.config.mjs'];
  execFileSync(process.execPath, command, { cwd: CHECKOUT, stdio: 'pipe' });
}

async function fuses(): Promise<Record<string, FuseState>> {
  const { version: _version, resetAdHocDarwinSignature: _signature, ...wire } = await getCurrentFuseWire(PROGRAM);
  return wire as Record<string, FuseState>;
}

test.describe('the packaged app', () => {
  test.skip(process.platform !== 'linux', 'is packaged on each system by itself');
  test.describe.configure({ mode: 'serial', timeout: 180_000 });
  let home: string;

  test.beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'freezeout-lab-packaged-'));
  });

  test.afterAll(() => {
    rmSync(home, { recursive: true, force: true });
    rmSync(join(CHECKOUT, 'dist-app'), { recursive: true, force: true });
  });

  test('has every fuse of a release', async () => {
    packageApp();
    expect(await fuses()).toMatchObject(RELEASED);
  });

  test('lets Playwright in with one fuse more, and no other', async () => {
    await flipFuses(PROGRAM, { version: FuseVersion.V1, [FuseV1Options.EnableNodeCliInspectArguments]: true });
    expect(await fuses()).toMatchObject({
      ...RELEASED,
      [FuseV1Options.EnableNodeCliInspectArguments]: FuseState.ENABLE,
    });
  });

  test('opens from its archive, decodes images, trains on them, and shows the result', async () => {
    const spec = join(home, 'spec.json');
    writeFileSync(spec, JSON.stringify(RUN));
    const app = await launch({
      executablePath: PROGRAM,
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      env: { ...(process.env as Record<string, string>), FREEZEOUT_LAB_HOME: home },
    });
    const page = await app.firstWindow();
    await expect(page.getByRole('heading', { level: 1, name: 'Studies' })).toBeVisible();
    const folder = join(home, 'pets-files');
    await writeTree(folder, tinyImageFiles());
    await addImageFolder({ app, page }, { folder, name: 'pets', size: 16 });
    await expect(page.getByRole('row', { name: 'pets' })).toContainText('16 × 16, RGB');
    await labJson(home, ['run', spec]);
    const [run] = await labJson<{ id: string; status: string }[]>(home, ['runs', 'list']);
    expect(run?.status).toBe('finished');
    await page.evaluate(`location.hash = '#/runs/${run?.id}'`);
    await expect(page.getByText('finished').first()).toBeVisible();
    expect(await app.evaluate(({ app: electronApp }) => electronApp.getAppPath())).toMatch(/app\.asar$/);
    await app.close();
  });
});
