/** A host that kill-blocks.ts kills: sends the study of a file to the cluster, or follows it there, and ends once all of its runs have ended. */
import { readFileSync } from 'node:fs';
import { parseStudySpec } from '#core/study.ts';
import { openHost } from '../../src-main/host.ts';

const [home, file] = process.argv.slice(2);
const host = await openHost({ home, serve: false, askSeconds: 1 });
const spec = parseStudySpec(JSON.parse(readFileSync(file, 'utf8')));
await host.client.studies.start({ spec, on: { machine: 'cluster', block: 'seed', time: null } });
await host.idle();
await host.close('Nothing is left to follow.');
