import { expect, test } from './app-fixture.ts';
import { importTrainedStudy, TRAINED_STUDY } from './trained-home.ts';

test.beforeEach(({ home }) => importTrainedStudy(home));

test('the documents are in the app, found by their words, and words of the field are explained where they stand', async ({
  lab: { page },
}) => {
  await expect(page.getByRole('grid').or(page.getByRole('table')).first()).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Words');
  await expect(page.getByRole('article')).toContainText(
    'A plain baseline that trains only as long as the policy takes.',
  );

  await page.keyboard.press('/');
  await page.keyboard.type('rounding');
  const results = page.getByRole('article').getByRole('link');
  await expect(results.first()).toHaveText('Rounding');
  await results.first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Help: What a comparison may say');
  await expect(page.getByRole('heading', { name: 'Rounding', exact: true })).toBeFocused();
  await expect(page.getByRole('heading', { name: 'Rounding', exact: true })).toBeInViewport();
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Words');

  await page.getByRole('navigation', { name: 'Help' }).getByRole('link', { name: 'About' }).click();
  await expect(page.getByRole('article')).toContainText('nothing is sent anywhere');
  await expect(page.getByRole('article')).toContainText('TensorFlow');

  await page.evaluate(`window.location.hash = '#/studies/${TRAINED_STUDY.id}'`);
  const front = page.getByRole('button', { name: 'Front', exact: true }).first();
  await front.focus();
  await expect(page.getByRole('tooltip')).toContainText('An arm is on the front where no other arm');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('tooltip')).toHaveCount(0);

  // The first steps are ticked off, and stay away once they are put away.
  await page.evaluate("window.location.hash = '#/studies'");
  const steps = page.getByRole('region', { name: 'First steps' });
  await expect(steps.getByRole('listitem').first()).toContainText('Done: Let the first study train');
  await steps.getByRole('button', { name: 'Hide' }).click();
  await expect(steps).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Studies');
  await expect(page.getByRole('table', { name: 'Studies' }).or(page.getByRole('grid')).first()).toBeVisible();
  await expect(steps).toHaveCount(0);
});
