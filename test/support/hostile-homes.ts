import { lyingTar, lyingZip64, type TarPart, zip64Extra } from './hostile-bytes.ts';
import {
  data,
  FOLDER,
  file,
  type HostileFile,
  MEBIBYTE,
  PIPE,
  SOCKET,
  SPEC,
  type Thing,
  type Things,
  text,
  ZEROS,
} from './hostile-thing.ts';

const zip64 = (name: string, bytes: () => Thing) => file(`a zip64 archive: ${name}`, bytes, data('npz', 'd.npz'));
const HUGE = 2n ** 62n;

const tar = (name: string, parts: () => readonly TarPart[]) =>
  file(`a tar archive: ${name}`, () => lyingTar(parts()), data('cifar10', 'c.tar.gz'));
const pax = (...records: readonly string[]): TarPart => ({
  ...{ name: 'PaxHeaders', type: 'x' },
  bytes: Buffer.from(
    records.map((record) => `${record.length + String(record.length).length + 2} ${record}\n`).join(''),
  ),
});
const BATCH = 'data_batch_1.bin';

/** Archives of extended formats. */
export const extended: readonly HostileFile[] = [
  zip64('more entries than atoms', () => lyingZip64({ entries: HUGE })),
  zip64('a directory of exabytes', () => lyingZip64({ size: HUGE })),
  zip64('a directory beyond the file', () => lyingZip64({ offset: HUGE })),
  zip64('an end beyond the file', () => lyingZip64({ end: HUGE })),
  zip64('an end in itself', () => lyingZip64({ end: 0n })),
  zip64('sizes of exabytes', () => lyingZip64({}, zip64Extra(HUGE, HUGE))),
  zip64('sizes that lack', () => lyingZip64({}, zip64Extra())),
  zip64('60,000 bytes of extra fields', () => lyingZip64({}, Buffer.alloc(60_000))),
  tar('a sparse file of 8 GB', () => [{ name: BATCH, type: 'S', claims: 512, over: { 483: '77777777777\0' } }]),
  tar('a sparse file by its pax header', () => [
    pax('GNU.sparse.major=1', 'GNU.sparse.minor=0', `GNU.sparse.name=${BATCH}`, 'GNU.sparse.realsize=9999999999999'),
    { name: BATCH, bytes: Buffer.from('1\n0\n9999999999999\n') },
  ]),
  tar('a size of terabytes in a pax header', () => [pax('size=9999999999999'), { name: BATCH }]),
  tar('a size below zero in a pax header', () => [pax('size=-1'), { name: BATCH }]),
  tar('a size that is no number in a pax header', () => [pax('size=NaN'), { name: BATCH }]),
  tar('a size of 256 bits', () => [{ name: BATCH, over: { 124: '\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' } }]),
  tar('a negative size', () => [{ name: BATCH, over: { 124: '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' } }]),
  tar('a name that leads out, in a pax header', () => [pax(`path=../../../tmp/${BATCH}`), { name: 'x' }]),
  tar('a long name of 300 MB', () => [{ name: 'x', type: 'L', bytes: Buffer.alloc(3 * 10 ** 8, 'a') }]),
  tar('a long link of 300 MB', () => [{ name: 'x', type: 'K', bytes: Buffer.alloc(3 * 10 ** 8, 'a') }]),
  tar('a global header of 300 MB', () => [{ name: 'x', type: 'g', bytes: Buffer.alloc(3 * 10 ** 8, 'a') }]),
  tar('a pax header of a million records', () => [
    { name: 'x', type: 'x', bytes: Buffer.from(text(8 * 10 ** 6, '8 a=b\n\n\n')) },
    { name: BATCH },
  ]),
  ...['1', '2', '3', '4', '6'].map((type) =>
    tar(`an entry of type ${type}`, () => [{ name: BATCH, type, over: { 157: '/etc/passwd' } }]),
  ),
];

const RUN = { ...SPEC, train: 100, validation: 20, test: 20, policy: { kind: 'none' }, seed: 1 };
const block = (more: object = {}) =>
  JSON.stringify({ format: 1, id: 'block', runs: [{ runId: 'one', spec: RUN, dataset: SPEC.dataset, ...more }] });
const works = (folder: string) => ['work', `${folder}/b`, '--events'];
const runsList = () => ['runs', 'list'];
const BACKUP = 'lab-2026-11-30T10-00-00-000Z-asked.sqlite';

/** Files of homes and blocks that a command opens, and what is there besides. */
const OPENED: readonly (readonly [name: string, place: string, words: HostileFile['words'], others?: Things])[] = [
  ['the database', 'home/lab.sqlite', runsList],
  ['the state of the database', 'home/lab.sqlite.state', runsList],
  ['the lock of a home', 'home/lab.lock', runsList],
  ['a backup that is verified', `home/backups/${BACKUP}`, () => ['backups', 'verify', BACKUP]],
  ['a backup that is restored', `home/backups/${BACKUP}`, () => ['backups', 'restore', BACKUP]],
  ['a block', 'b/block.json', works],
  ['the claim of a block', 'b/claim.json', works, { 'b/block.json': block() }],
  ['the control of a block', 'b/control.json', works, { 'b/block.json': block() }],
  ['the beat of an attempt', 'b/beat.1.json', works, { 'b/block.json': block() }],
  ['the events of an attempt', 'b/runs/one/events.1.ndjson', works, { 'b/block.json': block() }],
  ['what an attempt goes on from', 'b/runs/one/from.1.json', works, { 'b/block.json': block() }],
];

const inPlace = (what: string, thing: Thing): readonly HostileFile[] =>
  OPENED.map(([name, place, words, others = {}]) => ({
    name: `${what} as ${name}`,
    things: () => ({ ...others, [place]: thing }),
    words,
    // What is no file of a block counts as none, and what is no state of a database as one that is not known.
    mayPass: true,
  }));

const large = (name: string, place: string, bytes: () => Thing): HostileFile => ({
  name,
  things: () => ({ ...(place === 'b/block.json' ? {} : { 'b/block.json': block() }), [place]: bytes() }),
  words: works,
  mayPass: true,
});

/** What may lie in a home or in a block. */
export const homes: readonly HostileFile[] = [
  ...inPlace('a named pipe', PIPE),
  ...inPlace('a link to a device', ZEROS),
  ...inPlace('a socket', SOCKET),
  ...inPlace('a folder', FOLDER),
  // A database may be as large as a disk has room for.
  ...inPlace('a sparse file of 10 GB', { sparse: 10 ** 10 }).filter(({ name }) => !name.endsWith('as the database')),
  large('a block of 10 MB of brackets', 'b/block.json', () => text(10 * MEBIBYTE, '[')),
  large('a block of 10 MB of objects', 'b/block.json', () => `[${text(10 * MEBIBYTE, '{},')}1]`),
  large('a block of a million small numbers', 'b/block.json', () => block({ stored: Array(1_000_000).fill(1) })),
  large('a block of 10,000 runs of one name', 'b/block.json', () =>
    JSON.stringify({ format: 1, id: 'b', runs: Array(10_000).fill(JSON.parse(block()).runs[0]) }),
  ),
  ...['claim.json', 'control.json', 'beat.1.json', 'runs/one/from.1.json'].map((name) =>
    large(`10 MB of objects in ${name}`, `b/${name}`, () => `[${text(10 * MEBIBYTE, '{},')}1]`),
  ),
  large('10 MB of events in one line', 'b/runs/one/events.1.ndjson', () => `[${text(10 * MEBIBYTE, '{},')}1]`),
  large('10 MB of empty event lines', 'b/runs/one/events.1.ndjson', () => text(10 * MEBIBYTE, '\n')),
  {
    name: 'a block of 30,000 attempts',
    things: () => ({
      'b/block.json': block(),
      ...Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`b/runs/one/from.${index + 1}.json`, '{}'])),
    }),
    words: works,
    mayPass: true,
  },
];
