import { join } from 'node:path';
import { initialWeights } from '#core/network/initial-weights.ts';
import { buildNetwork } from '#core/network/network.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { writeSafetensors } from '../../../src-main/checkpoints/safetensors.ts';
import { shapesOf, tensorsOf } from '../../../src-main/checkpoints/variables.ts';
import { tinyImageFiles, writeTree } from '../../datasets/image-files.ts';
import { expect, test } from './app-fixture.ts';
import { addImageFolder, chooseInDialog } from './dataset-dialogs.ts';

const MODEL = { kind: 'mobilenet-v2', width: 0.25, dropout: 0.2 } as const;

/** Weights of a small network for 7 classes, as `lab` names them. */
async function writeWeights(path: string): Promise<void> {
  const network = buildNetwork(MODEL, { height: 32, width: 32, channels: 3 }, 7);
  const shapes = shapesOf(describeNetwork(network));
  const tensors = tensorsOf(initialWeights(network, MODEL.kind, 1), (name) => shapes.get(name));
  await writeSafetensors(path, { tensors, metadata: {} });
}

test('a folder of images and a file of weights lead to a study in three choices', async ({
  home,
  lab: { app, page },
}, info) => {
  const [folder, file] = [join(home, 'my-images'), join(home, 'mobile.safetensors')];
  writeTree(folder, tinyImageFiles());
  await writeWeights(file);
  await addImageFolder({ app, page }, { folder, name: 'mine', size: 32 });
  await page.getByRole('button', { name: 'Fine-tune' }).click();
  await expect(page.getByRole('heading', { name: 'Fine-tune', exact: true })).toBeVisible();
  await expect(page.getByText('There are no weights here yet.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeDisabled();
  await page.getByRole('link', { name: 'Where their weights are published' }).click();
  await expect(page.getByRole('heading', { name: 'Where weights are published' })).toBeFocused();
  await page.keyboard.press('Alt+ArrowLeft');

  await chooseInDialog(app, file);
  await page.getByRole('button', { name: 'Add a file of weights' }).click();
  await expect(page.getByRole('radio', { name: /mobile \(MobileNetV2/ })).toBeChecked();
  await expect(page.getByText('a file that was added, trained on 7 classes')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Time' })).toContainText('45 runs');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: info.outputPath(`fine-tune-${colorScheme}.png`) });
  }
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(page.getByRole('heading', { name: /how-many-layers, MobileNetV2.* on mine/ })).toBeVisible();

  await page.getByRole('link', { name: 'Data sets', exact: true }).click();
  const weights = page.getByRole('region', { name: 'Weights' });
  await expect(weights.getByRole('row', { name: /mobile MobileNetV2/ })).toContainText('7');
  await page.screenshot({ path: info.outputPath('weights.png') });
});
