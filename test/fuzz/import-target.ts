import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '#contract/host.ts';
import { AppError } from '#core/errors.ts';
import { openHost } from '../../src-main/host.ts';
import type { FuzzTarget } from './fuzz-target.ts';

/** Of each folder: opening one for each input would be most of the work. */
const hosts = new Map<string, Promise<LabHost>>();

function hostIn(folder: string): Promise<LabHost> {
  const known = hosts.get(folder);
  if (known !== undefined) return known;
  const opened = openHost({ home: join(folder, 'home'), serve: false });
  hosts.set(folder, opened);
  return opened;
}

async function seeds(): Promise<readonly Uint8Array[]> {
  const text = readFileSync(new URL('../fixtures/trained-study.ndjson', import.meta.url), 'utf8');
  const lines = text.split('\n');
  const run = lines.find((line) => line.includes('"type":"run.started"')) ?? '';
  const { runId } = JSON.parse(run) as { readonly runId: string };
  const ofRun = lines.filter((line) => line.includes(`"runId":"${runId}"`));
  return [[lines[0], ...ofRun.slice(0, 8)], ofRun.slice(0, 6), ['\ufeff', ...ofRun.slice(-4)]].map((some) =>
    Buffer.from(some.join('\n')),
  );
}

/** Event lines of runs, through the whole host. */
export const importTarget: FuzzTarget = {
  name: 'run-import',
  isSlow: true,
  seeds,
  words: [
    '"at":1e308',
    '"seq":0',
    '"runId":"../x"',
    '"type":"study.exported"',
    '"step":-1',
    '\n',
    '"epoch":9007199254740993',
    '"__proto__":{}',
  ],
  read: async (bytes, folder) => {
    const path = join(folder, 'runs.ndjson');
    writeFileSync(path, bytes);
    const { client } = await hostIn(folder);
    for await (const news of await client.runs.import({ path })) {
      if (news.type === 'failed') throw new AppError(news.code, news.message);
    }
    // What was taken in can be shown.
    await client.studies.overview({});
  },
  close: async (folder) => {
    await (await hosts.get(folder))?.close('The test is over.');
    hosts.delete(folder);
  },
};
