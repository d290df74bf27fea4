import type { Locator, Page } from '@playwright/test';
import { expect, test } from './app-fixture.ts';
import { curvePoints, makeTiny, openForm, pointTexts, studyOf } from './form-page.ts';

async function centreOf(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('It is not drawn.');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function drag(page: Page, point: Locator, by: { readonly x: number; readonly y: number }): Promise<void> {
  const { x, y } = await centreOf(point);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by.x, y + by.y, { steps: 5 });
  await page.mouse.up();
}

test('a study with a curve that was drawn by mouse trains with that curve', async ({ home, lab: { page } }) => {
  await openForm(page);
  await makeTiny(page);
  await page.getByLabel('Name', { exact: true }).fill('by mouse');
  await page.getByRole('button', { name: 'Draw a curve' }).click();
  await page.getByRole('menuitem', { name: 'From linear 0.5' }).click();
  await expect(curvePoints(page)).toHaveCount(5);
  const before = await pointTexts(page);
  expect(before).toEqual(['x 0, r 0.5', 'x 0.25, r 0.625', 'x 0.5, r 0.75', 'x 0.75, r 0.875', 'x 1, r 1']);

  // Far beyond its neighbours: it stops at them.
  await curvePoints(page).nth(2).scrollIntoViewIfNeeded();
  await drag(page, curvePoints(page).nth(2), { x: -300, y: 300 });
  expect((await pointTexts(page))[2]).toBe('x 0.251, r 0.625');
  await drag(page, curvePoints(page).nth(0), { x: 40, y: 40 });
  const first = (await pointTexts(page))[0];
  expect(first).toMatch(/^x 0, r 0\.[1-4]/);
  // The head never freezes.
  await drag(page, curvePoints(page).nth(4), { x: -40, y: 40 });
  expect((await pointTexts(page))[4]).toBe('x 1, r 1');

  const [third, fourth] = [await centreOf(curvePoints(page).nth(2)), await centreOf(curvePoints(page).nth(3))];
  await page.mouse.dblclick((third.x + fourth.x) / 2, (third.y + fourth.y) / 2);
  await expect(curvePoints(page)).toHaveCount(6);
  await page.keyboard.press('Delete');
  await expect(curvePoints(page)).toHaveCount(5);

  await expect(page.getByRole('region', { name: /^Schedule of curve 1/ })).toBeVisible();
  await page.getByRole('textbox', { name: 'Name of curve 1' }).fill('late start');
  await expect(page.getByRole('region', { name: /^Schedule of late start/ })).toBeVisible();
  const drawn = (await pointTexts(page)).map((text) => text.match(/[\d.]+/g)?.map(Number));
  await page.getByRole('button', { name: 'Start the study' }).click();
  await expect(page).toHaveURL(/#\/studies\/(?!new)/);
  const { arms } = studyOf(home, 'by mouse');
  expect(arms.map(({ policy }) => policy)).toEqual([
    { kind: 'none' },
    { kind: 'freezeout', shape: 'curve', points: drawn, name: 'late start', scaled: false },
  ]);
});

/** Presses Tab until the element has the focus, as one does without a mouse. */
async function tabTo(page: Page, element: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if ((await element.and(page.locator(':focus')).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not reach it.');
}

test('a curve is drawn and its study started with keys alone', async ({ home, lab: { page } }) => {
  await openForm(page);
  await makeTiny(page);
  await page.getByLabel('Name', { exact: true }).fill('by keyboard');
  await tabTo(page, page.getByRole('button', { name: 'Draw a curve' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'From linear 0.5' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(curvePoints(page)).toHaveCount(5);

  // Backwards from the button is the editor that was added before it.
  await page.getByRole('button', { name: 'Remove the curve' }).focus();
  await tabTo(page, curvePoints(page).nth(0));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+ArrowUp');
  expect((await pointTexts(page))[0]).toBe('x 0, r 0.455');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Delete');
  await expect(curvePoints(page)).toHaveCount(4);
  await expect(curvePoints(page).nth(0)).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  expect((await pointTexts(page))[1]).toBe('x 0.55, r 0.75');
  const field = page.getByRole('textbox', { name: 'r of point 2' });
  await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('0.7');
  await page.keyboard.press('Enter');
  expect((await pointTexts(page))[1]).toBe('x 0.55, r 0.7');
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect(page).toHaveURL(/#\/studies\/(?!new)/);
  const points = [
    [0, 0.455],
    [0.55, 0.7],
    [0.75, 0.875],
    [1, 1],
  ];
  expect(studyOf(home, 'by keyboard').arms[1].policy).toMatchObject({ shape: 'curve', points });
});
