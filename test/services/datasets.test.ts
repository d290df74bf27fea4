import { expect, it } from 'vitest';
import { CATALOG, openLab } from '../support/lab-fixture.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';

it('lets nobody wait for data once the home closes', async () => {
  const content: typeof CATALOG.content = (_, options) =>
    new Promise((_resolve, reject) => {
      options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
    });
  const trainers = scriptedTrainers(() => finishing(0.1, 10));
  const { services } = await openLab(trainers, undefined, { catalog: { ...CATALOG, content } });
  const location = { kind: 'idx', path: '/digits', classes: 10 } as const;
  const adding = services.datasets.add({ name: 'digits', location, replace: false });
  const asked = new AbortController();
  const planning = services.datasets.locate(location, asked.signal);
  const ends = Promise.allSettled([adding, planning]);
  // Adding looks into the store first.
  await services.datasets.list();
  await services.datasets.close();
  const told = { code: 'unavailable', message: 'The home was closed before its data were read: try again.' };
  expect(await ends).toMatchObject([{ reason: told }, { reason: told }]);
});
