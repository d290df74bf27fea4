import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { tinyImageFiles, writeTree } from '../../datasets/image-files.ts';
import { expect, openApp, test } from './app-fixture.ts';
import { addImageFolder, chooseFolder } from './dataset-dialogs.ts';

/** CIFAR-10 records: a label byte and 3072 pixels; image `i` of a file has label i mod 10 and is all of one grey. */
function cifarFile(count: number): Uint8Array {
  const bytes = new Uint8Array(count * 3073);
  for (let image = 0; image < count; image++) {
    bytes.fill(image % 256, image * 3073, (image + 1) * 3073);
    bytes[image * 3073] = image % 10;
  }
  return bytes;
}

/** 5 x 20 training images and 30 test images, in the authors' files. */
function writeCifar(home: string): string {
  const folder = join(home, 'my-cifar');
  mkdirSync(folder);
  for (const batch of [1, 2, 3, 4, 5]) writeFileSync(join(folder, `data_batch_${batch}.bin`), cifarFile(20));
  writeFileSync(join(folder, 'test_batch.bin'), cifarFile(30));
  return folder;
}

test('a CIFAR folder is added, looked at, verified, removed and brought back', async ({ home, lab: { app, page } }) => {
  const folder = writeCifar(home);
  await page.getByRole('link', { name: 'Data sets', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Not here yet' })).toContainText('CIFAR-10;');
  await page.getByRole('button', { name: 'Add a data set' }).click();
  const panel = page.getByRole('complementary');
  const add = panel.getByRole('button', { name: 'Add the data set' });
  await expect(add).toBeDisabled();
  await panel.getByRole('combobox', { name: 'Kind' }).selectOption('cifar10');
  await chooseFolder(app, panel, folder);
  const name = panel.getByRole('textbox', { name: 'Name' });
  await name.fill('fashion-mnist');
  await expect(panel.getByRole('alert')).toHaveText(
    'There is a data set of this name: choose another name, or replace it.',
  );
  await name.fill('small-cifar');
  await add.click();

  const row = page.getByRole('row', { name: 'small-cifar' });
  await expect(row).toContainText('100');
  await expect(row).toContainText('32 × 32, RGB');
  await expect(row).toContainText('fingerprint taken');
  await expect(panel.getByRole('figure')).toHaveCount(42);
  await expect(panel.getByRole('row', { name: 'airplane' })).toHaveText(/airplane\s*10\s*3/);
  await panel.getByRole('radio', { name: 'Test' }).check();
  await expect(panel.getByRole('figure')).toHaveCount(30);

  await panel.getByRole('button', { name: 'Verify' }).click();
  await expect(row).toContainText('whole and unchanged');
  writeFileSync(join(folder, 'test_batch.bin'), cifarFile(29));
  await panel.getByRole('button', { name: 'Verify' }).click();
  await expect(row).toContainText('no longer those that were added');

  writeFileSync(join(folder, 'test_batch.bin'), cifarFile(30));
  await panel.getByRole('button', { name: 'Remove from the list' }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toContainText('fingerprint taken');
});

test('a folder that is no CIFAR is refused in one sentence, and what was typed stays', async ({
  home,
  lab: { app, page },
}) => {
  await page.getByRole('link', { name: 'Data sets', exact: true }).click();
  await page.getByRole('button', { name: 'Add a data set' }).click();
  const panel = page.getByRole('complementary');
  await panel.getByRole('combobox', { name: 'Kind' }).selectOption('cifar10');
  await chooseFolder(app, panel, home);
  await panel.getByRole('textbox', { name: 'Name' }).fill('mine');
  await panel.getByRole('button', { name: 'Add the data set' }).click();
  await expect(panel.getByRole('alert')).toContainText('data_batch_1.bin');
  await expect(panel.getByRole('textbox', { name: 'Name' })).toHaveValue('mine');
});

test('a folder of images is added with a size, and its images are shown', async ({ home, lab: { app, page } }) => {
  const folder = join(home, 'pets');
  await writeTree(folder, tinyImageFiles());
  await addImageFolder({ app, page }, { folder, name: 'pets', size: 6 });
  const row = page.getByRole('row', { name: 'pets' });
  await expect(row).toContainText('6 × 6, RGB');
  await expect(row).toContainText('Image folder');
  const panel = page.getByRole('complementary');
  await expect(panel.getByRole('figure')).toHaveCount(4);
  await expect(panel.getByRole('row', { name: 'cat' })).toHaveText(/cat\s*3\s*1/);
  await expect(panel.getByText('resized and cropped to 6 × 6')).toBeVisible();
});

test('a folder with damaged images is refused with all of them, and reported on once it is mended', async ({
  home,
  lab: { app, page },
}) => {
  const folder = join(home, 'pets');
  const { 'train/cat/a.png': cat, 'train/dog/z.png': dog } = tinyImageFiles();
  const broken = { 'train/cat/bad.png': 'x', 'test/dog/page.png': '<html></html>', 'train/cat/notes.txt': 'x' };
  await writeTree(folder, { ...tinyImageFiles(), 'test/cat/copy.png': cat, ...broken });
  await addImageFolder({ app, page }, { folder, name: 'pets', size: 6 });
  const panel = page.getByRole('complementary');
  await expect(panel.getByRole('alert')).toContainText('2 of 9 image files cannot be read');
  const report = panel.getByRole('region', { name: 'Report' });
  await expect(report.getByRole('listitem').filter({ hasText: 'train/cat/bad.png' }).last()).toBeVisible();
  await expect(report.getByRole('listitem').filter({ hasText: 'test/dog/page.png' }).last()).toBeVisible();
  await expect(page.getByRole('row', { name: 'pets' })).toHaveCount(0);

  await writeTree(folder, { 'train/cat/bad.png': dog, 'test/dog/page.png': dog });
  await panel.getByRole('button', { name: 'Check only' }).click();
  await expect(report).toContainText('2 of the 4 test images are among the training images too');
  await expect(page.getByRole('row', { name: 'pets' })).toHaveCount(0);
  await panel.getByRole('button', { name: 'Add the data set' }).click();
  await expect(page.getByRole('row', { name: 'pets' })).toBeVisible();
  await expect(report).toContainText('1 image occurs in more than one class.');
  await expect(report).toContainText('1 file was skipped: .txt files are not images.');
  await expect(report).toContainText('train/cat/notes.txt');
});

test('a known data set is asked about, downloaded as far as its home gives it, stopped, and gone on with', async ({
  home,
}, info) => {
  // A mirror that sends a part of MNIST's first file, and then nothing for as long as the app waits.
  const server = createServer((request, response) => {
    if (!request.url?.endsWith('/mnist/train-images-idx3-ubyte.gz')) response.writeHead(404).end();
    else {
      response.writeHead(200, { 'content-length': 9_912_422, etag: '"1"' });
      response.write(Buffer.alloc(3_000_000, 7));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const environment = { FREEZEOUT_LAB_MIRROR: `http://127.0.0.1:${port}`, FREEZEOUT_LAB_DATASETS: join(home, 'data') };
  const { app, page } = await openApp({ home, environment });
  await page.getByRole('link', { name: 'Data sets', exact: true }).click();
  await page.getByRole('button', { name: 'Get a known data set' }).click();
  const row = page.getByRole('complementary').getByRole('listitem', { name: 'MNIST', exact: true });
  await expect(row).toContainText('licence: CC BY-SA 3.0');
  await row.getByRole('button', { name: 'Get MNIST' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('11.6 MB to download. Licence: CC BY-SA 3.0. Source: http://yann.lecun.com');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: info.outputPath(`question-${colorScheme}.png`) });
  }
  await question.getByRole('button', { name: 'Download' }).click();
  await expect(row.getByRole('status')).toContainText('3.0 MB of 11.6 MB', { timeout: 20_000 });
  await expect(row.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '26');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: info.outputPath(`download-${colorScheme}.png`) });
  }
  await row.getByRole('button', { name: 'Stop MNIST' }).click();
  await expect(row).toContainText('3.0 MB of it here');
  await expect(row.getByRole('button', { name: 'Get MNIST' })).toHaveText('Go on …');
  const other = page.getByRole('complementary').getByRole('listitem', { name: 'Kuzushiji-MNIST' });
  await other.getByRole('button', { name: 'Get Kuzushiji-MNIST' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Download' }).click();
  await expect(other.getByRole('alert')).toContainText('train-images-idx3-ubyte.gz could not be downloaded');
  await app.close();
  server.closeAllConnections();
  server.close();
});
