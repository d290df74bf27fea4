import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, openApp, test } from './app-fixture.ts';
import { importTrainedStudy, TRAINED_RUNS, TRAINED_STUDY } from './trained-home.ts';

const LAB = fileURLToPath(new URL('../../../src-main/lab.ts', import.meta.url));
const EVENTS = fileURLToPath(new URL('../../fixtures/trained-study.ndjson', import.meta.url));

/** The same numbers as those of a wide residual network of width 1 without skips, which papers call a plain ResNet. */
function importAsResNet(home: string): void {
  let text = readFileSync(EVENTS, 'utf8')
    .replaceAll(TRAINED_STUDY.id, 'resnetstudy')
    .replaceAll(TRAINED_STUDY.name, 'a ResNet');
  for (const id of TRAINED_RUNS) text = text.replaceAll(id, `r${id.slice(1)}`);
  const densenet = '"model":{"kind":"densenet-bc","depth":10,"growth":6}';
  const resnet = '"model":{"kind":"wide-resnet","depth":10,"width":1,"skip":false}';
  const file = join(home, 'resnet.ndjson');
  writeFileSync(file, text.replaceAll(densenet, resnet));
  execFileSync(process.execPath, [LAB, 'runs', 'import', file, '--home', home], { stdio: 'pipe' });
}

test.beforeEach(({ home }) => {
  importTrainedStudy(home);
  importAsResNet(home);
});

test('a comparison of two studies is saved, survives a restart, and its deletion is taken back', async ({
  home,
  lab,
}) => {
  const { page } = lab;
  for (const name of [TRAINED_STUDY.name, 'a ResNet']) {
    await page.getByRole('checkbox', { name: `Choose ${name} for a comparison` }).check();
  }
  await page.getByRole('button', { name: 'Compare 2 studies' }).click();
  const table = page.getByRole('table', { name: 'Arms' });
  await expect(table.getByRole('row')).toHaveCount(2 + 2 * 5);
  await page.getByRole('combobox', { name: 'Colour by' }).selectOption('variant');
  await page.getByRole('combobox', { name: 'Panels by' }).selectOption('network');
  for (const network of ['DenseNet', 'ResNet']) {
    await expect(
      page.getByRole('application', { name: new RegExp(`^Time saved against accuracy lost, ${network}\\.`) }),
    ).toBeVisible();
  }
  await page.getByText('Filters').click();
  await page.getByRole('checkbox', { name: 'linear plain', exact: true }).uncheck();
  await expect(table.getByRole('row')).toHaveCount(2 + 2 * 3);

  await page.getByRole('button', { name: 'Save as' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('the paper');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('the paper');
  await lab.app.close();

  const again = await openApp({ home });
  await again.page.getByRole('link', { name: 'the paper' }).click();
  await expect(again.page.getByRole('combobox', { name: 'Colour by' })).toHaveValue('variant');
  await expect(again.page.getByRole('combobox', { name: 'Panels by' })).toHaveValue('network');
  await expect(again.page.getByRole('table', { name: 'Arms' }).getByRole('row')).toHaveCount(2 + 2 * 3);
  await expect(again.page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  await again.page.getByRole('button', { name: 'Delete' }).click();
  await expect(again.page.getByRole('link', { name: 'the paper' })).toHaveCount(0);
  await again.page.getByRole('button', { name: 'Undo' }).click();
  await expect(again.page.getByRole('link', { name: 'the paper' })).toBeVisible();
  await again.app.close();
});
