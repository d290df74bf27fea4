import { expect, it } from 'vitest';
import { hashOf, linkTo } from '#core/deep-link.ts';

it('links lead to pages of the app and back', () => {
  for (const hash of ['#/runs/abc123?tab=log', '#/studies/x1', '#/comparison?studies=a,b', '#/fine-tune/a%20b']) {
    expect(hashOf(linkTo(hash))).toBe(hash);
  }
  expect(linkTo('#/runs/abc')).toBe('freezeout-lab://runs/abc');
});

it.each([
  '/home/me/study.ndjson',
  'https://example.org',
  'app://lab/#/runs',
  'freezeout-lab:runs',
  'freezeout-lab://a b',
  'freezeout-lab://"<',
])('nothing else is a link: %s', (text) => {
  expect(hashOf(text)).toBeNull();
});
