import { once } from 'node:events';
import { expect, openApp, test } from './app-fixture.ts';
import { openForm } from './form-page.ts';
import { importTrainedStudy, TRAINED_RUNS, TRAINED_STUDY } from './trained-home.ts';

test('says at each field what is wrong, and at the start button what is missing', async ({ lab: { page } }) => {
  await openForm(page);
  for (const [label, typed, sentence] of [
    ['Epochs', 'ten', 'Give a number, such as 10 or 0.1.'],
    ['Depth', '12', 'densenet-bc has no depth 12: use 6n + 4'],
    ['Training images', '70000', 'but the training file has 60000'],
    ['Seeds', '1, 1', 'Seed 1 is named twice: leave one out.'],
    ['Momentum', '1', 'Give less than 1.'],
    ['Warm-up epochs', '0, 4', '4 epochs of warm-up are the whole run'],
  ] as const) {
    const field = page.getByLabel(label, { exact: true });
    const before = await field.inputValue();
    await field.fill(typed);
    await expect(page.getByRole('alert').filter({ hasText: sentence })).toBeVisible();
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByText('1 thing to mend before it can start:')).toBeVisible();
    await field.fill(before);
    await expect(field).not.toHaveAttribute('aria-invalid');
  }

  await page.getByRole('button', { name: 'Add another rule' }).click();
  await page.getByRole('menuitem', { name: 'Stepwise' }).click();
  await expect(page.getByRole('region', { name: /^Schedule of stepwise 0.5 to 1/ })).toBeVisible();
  await page.getByLabel('Level', { exact: true }).fill('2');
  await expect(page.getByRole('alert').filter({ hasText: 'Must be above 0 and at most 1.' })).toBeVisible();
  await page.getByRole('button', { name: 'Start the study' }).click();
  await expect(page.getByLabel('Level', { exact: true })).toBeFocused();
  await page.getByLabel('Level', { exact: true }).fill('0.5');

  await page.getByLabel('Another t0').fill('1.5');
  await expect(page.getByText('Must be above 0 and at most 1.')).toBeVisible();

  await page.getByLabel('Epochs', { exact: true }).fill('');
  await page.getByLabel('Name', { exact: true }).focus();
  await page.getByRole('button', { name: 'Start the study' }).click();
  await expect(page.getByLabel('Epochs', { exact: true })).toBeFocused();
  await expect(page).toHaveURL(/#\/studies\/new/);
});

test('marks the start rate that is dangerously high, and says why', async ({ lab: { page } }) => {
  await openForm(page);
  await page.getByLabel('Another t0').fill('0.5');
  await page.getByLabel('Another t0').press('Enter');
  const arm = page.getByRole('list', { name: 'Arms' }).getByRole('button', { name: /^cubic scaled 0.5/ });
  await expect(arm).toContainText('stem starts at 8.0× the base rate');
  await arm.click();
  await expect(page.getByText(/^⚠ stem starts at 0\.8, 8\.0× the base rate/)).toBeVisible();
  await expect(page.getByRole('list', { name: 'Arms' }).getByText('⚠')).toHaveCount(1);
});

test('a draft is there again after the app was closed', async ({ home }) => {
  const first = await openApp({ home });
  await openForm(first.page);
  await first.page.getByLabel('Epochs', { exact: true }).fill('seventeen');
  await first.page.getByLabel('Network', { exact: true }).selectOption('Wide ResNet');
  await first.page.getByLabel('Name', { exact: true }).fill('for later');
  // At once, by the window's own button: what was typed last must not be lost.
  const ended = once(first.app.process(), 'exit');
  await first.app.evaluate(({ BrowserWindow }) => setTimeout(() => BrowserWindow.getAllWindows()[0]?.close()));
  await ended;

  const second = await openApp({ home });
  await second.page.evaluate("window.location.hash = '#/studies/new'");
  await expect(second.page.getByLabel('Epochs', { exact: true })).toHaveValue('seventeen');
  await expect(second.page.getByLabel('Name', { exact: true })).toHaveValue('for later');
  await expect(second.page.getByLabel('Network', { exact: true })).toHaveValue('wide-resnet');
  await second.app.close();
});

test.describe('with a trained study', () => {
  test.beforeEach(({ home }) => importTrainedStudy(home));

  test('duplicating it fills the form, once, and can be taken back', async ({ lab: { page } }) => {
    await page.evaluate(`window.location.hash = '#/studies/new?study=${TRAINED_STUDY.id}'`);
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue(`copy of ${TRAINED_STUDY.name}`);
    await expect(page).toHaveURL(/#\/studies\/new$/);
    await expect(page.getByLabel('Seeds', { exact: true })).toHaveValue('1-2');
    await expect(page.getByLabel('Training images', { exact: true })).toHaveValue('800');
    await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('');
  });

  test('duplicating a run makes a study of it', async ({ lab: { page } }) => {
    await page.evaluate(`window.location.hash = '#/studies/new?run=${TRAINED_RUNS[1]}'`);
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue(/^copy of /);
    await expect(page.getByLabel('Seeds', { exact: true })).toHaveValue(/^[12]$/);
  });

  test('a name that is taken is said to be as one types', async ({ lab: { page } }) => {
    await openForm(page);
    await page.getByLabel('Name', { exact: true }).fill(TRAINED_STUDY.name);
    await expect(page.getByText('A study of this name is there already: choose another.')).toBeVisible();
  });
});

test('a spec is copied, pasted in, or refused in a sentence', async ({ lab: { app, page } }) => {
  await openForm(page);
  await page.getByRole('button', { name: 'Spec as JSON' }).click();
  const spec = JSON.parse(await page.getByLabel('The spec').inputValue());
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByText('The spec is on the clipboard.')).toBeVisible();
  expect(JSON.parse(await app.evaluate(({ clipboard }) => clipboard.readText()))).toEqual(spec);
  const paste = page.getByLabel('Paste a study spec or a run spec');
  await paste.fill('{"name":');
  await expect(page.getByText(/^This is not JSON/)).toBeVisible();
  await paste.fill(JSON.stringify({ ...spec, base: { ...spec.base, epochs: 0 } }));
  await expect(page.getByText(/"base.epochs" is not valid/)).toBeVisible();
  await paste.fill(JSON.stringify({ ...spec, seeds: [4, 5, 6], base: { ...spec.base, epochs: 9 } }));
  await page.getByRole('button', { name: 'Fill the form with it' }).click();
  await expect(page.getByLabel('Epochs', { exact: true })).toHaveValue('9');
  await expect(page.getByLabel('Seeds', { exact: true })).toHaveValue('4-6');
});
