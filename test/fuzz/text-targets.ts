import { EventEmitter } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AnyContractProcedure } from '@orpc/contract';
import { implement } from '@orpc/server';
import { pageContract } from '#contract/desktop.ts';
import { RUN_FIELDS } from '#core/run-fields.ts';
import { parseRunFilter } from '#core/run-filter.ts';
import { contentText, readRecord, recordText } from '../../src-main/checkpoints/checkpoint-record.ts';
import { readSafetensors } from '../../src-main/checkpoints/safetensors.ts';
import { readWeightsContent } from '../../src-main/checkpoints/weights-file.ts';
import { readRunSpec, readStudySpecs } from '../../src-main/cli/spec-file.ts';
import { answerOn } from '../../src-main/electron/page-port.ts';
import { runSummary } from '../support/run-summary.ts';
import { ENVIRONMENT } from '../support/store-fixtures.ts';
import type { FuzzTarget } from './fuzz-target.ts';

const texts = (...all: readonly unknown[]) =>
  all.map((text) => Buffer.from(typeof text === 'string' ? text : JSON.stringify(text)));
const fixture = (name: string) => readFileSync(new URL(`../fixtures/weights/${name}`, import.meta.url));

const weights: FuzzTarget = {
  name: 'weights',
  seeds: async () => [
    safetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] }, __metadata__: { format: 'pt' } }, 4),
    safetensors({ b: { dtype: 'BF16', shape: [2, 0], data_offsets: [0, 0] } }, 0),
    fixture('types.safetensors').subarray(0, 4096),
    fixture('zip.pth').subarray(0, 600),
    fixture('legacy.pth').subarray(0, 600),
  ],
  words: [
    '"__metadata__"',
    '"__proto__"',
    '"dtype":"I64"',
    '"shape":[9007199254740991]',
    '"data_offsets":[0,',
    'PK\x03\x04',
    '\x80\x02',
  ],
  read: async (bytes, folder) => {
    const path = join(folder, 'weights.safetensors');
    writeFileSync(path, bytes);
    await readWeightsContent(path);
    await readSafetensors(path);
  },
};

function safetensors(header: object, bytes: number): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(bytes)]);
}

const RUN = {
  ...{ dataset: 'fashion-mnist', train: 1000, validation: 100, test: 100 },
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true },
  ...{ epochs: 3, batchSize: 50, seed: 1, optimizer: { kind: 'sgd', momentum: 0.9 } },
};
const { policy: _policy, seed: _seed, ...BASE } = RUN;
const SPEC_WORDS = [
  ...[
    '"kind":"vgg"',
    '"kind":"npz","path":"/dev/zero"',
    '"kind":"synthetic","height":8,"width":8,"channels":1,"train":9,"test":9',
  ],
  ...[
    '"kind":"curve","points":[[0,0.5],[1,1]]',
    '"kind":"unfreeze"',
    '"kind":"gradient-norm"',
    '"weights":{"run":"x"}',
    '"views":2',
    '"__proto__":{"x":1}',
  ],
];

const runSpec: FuzzTarget = {
  name: 'run-spec',
  seeds: async () =>
    texts(
      RUN,
      { ...RUN, policy: { kind: 'none' }, dataset: { kind: 'npz', path: 'x.npz' } },
      `\ufeff${JSON.stringify(RUN)}`,
    ),
  words: SPEC_WORDS,
  read: (bytes, folder) => {
    writeFileSync(join(folder, 'spec.json'), bytes);
    return readRunSpec('spec.json', { folder, readStdin: async () => '' });
  },
};

const studySpec: FuzzTarget = {
  name: 'study-spec',
  seeds: async () => {
    const study = { name: 'mine', base: BASE, arms: [{ kind: 'none' }, RUN.policy], seeds: [1, 2, 3], margin: 0.5 };
    return texts(study, { studies: [study, { ...study, equalTimeBaseline: true }] });
  },
  words: [...SPEC_WORDS, '"seeds":[1,1]', '"arms":[]', '"margin":0', '"name":""'],
  read: (bytes, folder) => {
    writeFileSync(join(folder, 'study.json'), bytes);
    return readStudySpecs('study.json', { folder, readStdin: async () => '' });
  },
};

const runFilter: FuzzTarget = {
  name: 'run-filter',
  seeds: async () =>
    texts(
      ...[
        'status:finished AND (t0:>0.5 OR tag:paper) cubic',
        '-tag:"second try" NOT note:a*b?',
        'training:<=0.17h 16.5x',
      ],
      ...['t0:[0.5 TO 0.8}', 'ended:>=2026-11-23 OR ended:today', 'test-error:<8% train-loss:nan', "name:'x' /a+/"],
      ...['test error < 6 % not done|failed', 't0 0.5..0.8 time over 1h 30min', 'status is not (failed, paused)'],
    ),
  words: [
    'AND',
    'OR',
    'NOT',
    '(',
    ')',
    '"',
    "'",
    ':',
    '>=',
    '[',
    ' TO ',
    '}',
    '*',
    '?',
    '\\',
    '/',
    '.a:',
    '((((((((',
    '\u00a0',
  ],
  read: (bytes) => parseRunFilter(bytes.toString(), { fields: RUN_FIELDS, now: 0 }).test(runSummary()),
};

const CHECKPOINT = {
  ...{
    format: 1,
    specSha256: '0',
    frozen: ['stem'],
    random: { seed: 1, step: 2 },
    nextBatch: { epoch: 1, stepInEpoch: 0 },
  },
  state: {
    ...{ step: 2, frozenLayers: 1, epochLoss: { sum: 1, count: 2 }, best: { epoch: 1, error: 0.5 } },
    ...{
      seconds: { training: 1, evaluation: 1, checkpoint: 1 },
      epochSeconds: { training: 1, evaluation: 1, checkpoint: 1 },
    },
    adaptive: { freezeSteps: [1], profile: null, norms: [1] },
  },
  weights: { file: '2.safetensors', bytes: 8, sha256: '0' },
  environment: ENVIRONMENT,
  recentEvents: [],
};

const checkpoint: FuzzTarget = {
  name: 'checkpoint-record',
  seeds: async () => {
    const { format: _format, weights: file, ...content } = CHECKPOINT;
    const written = recordText(contentText(content), file);
    return texts(CHECKPOINT, JSON.stringify(CHECKPOINT, null, 2), written);
  },
  words: ['"step":', '"frozenLayers":99', '"adaptive":null', '"recentEvents":[{}]', '1e308', '"format":2'],
  read: (bytes, folder) => {
    const path = join(folder, '2.json');
    writeFileSync(path, bytes);
    return readRecord(path);
  },
};

/** A router that answers everything with null, so that only reading and checking is done. */
function answeringNull() {
  const nouns = Object.entries(pageContract).map(([noun, entries]) => {
    const verbs = Object.entries<AnyContractProcedure>(entries).map(([verb, entry]) => [
      verb,
      implement(entry).handler(async () => null),
    ]);
    return [noun, Object.fromEntries(verbs)];
  });
  return Object.fromEntries(nouns);
}

const port = Object.assign(new EventEmitter(), { postMessage: () => undefined });
let isOpen = false;

const message: FuzzTarget = {
  name: 'page-message',
  seeds: async () =>
    texts(
      { i: '1', p: { u: '/runs/list', b: { json: {} } } },
      {
        i: '2',
        p: {
          u: '/runs/curves',
          b: { json: { runs: ['a'], series: 'stepLoss', buckets: 9 }, meta: [[100, 'smoothing']] },
        },
      },
      { i: '3', p: { u: '/runs/start', b: { json: { spec: RUN } } } },
      { i: '1', t: 4 },
    ),
  words: [
    '"meta":[[1,"x"]]',
    '"meta":[[100,"__proto__","x"]]',
    '/desktop/about',
    '"maps":[["x"]]',
    '"i":',
    '"t":3',
    '/constructor',
    '%2f',
  ],
  read: async (bytes) => {
    if (!isOpen) answerOn(port, answeringNull());
    isOpen = true;
    port.emit('message', { data: Buffer.from(bytes).toString() });
    await nextTurn();
  },
};

export const TEXT_TARGETS: readonly FuzzTarget[] = [weights, runSpec, studySpec, runFilter, checkpoint, message];
