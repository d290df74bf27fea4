import { expect, openApp, test } from './app-fixture.ts';
import { importAsResNet, importTrainedStudy, TRAINED_STUDY } from './trained-home.ts';

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
    await page.getByRole('checkbox', { name: `Choose ${name}`, exact: true }).check();
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
