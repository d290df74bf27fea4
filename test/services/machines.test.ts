import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { machineSchema } from '#core/machines/machine.ts';
import { findingsOf } from '#core/machines/machine-check.ts';
import { isReady, type MachineReport } from '#core/machines/machine-report.ts';
import type { HomeMachines } from '#core/machines/ports.ts';
import { remoteLab, versionFolder } from '#core/machines/remote-layout.ts';
import { installScript } from '#core/machines/set-up-scripts.ts';
import { machinesOf, saveMachines } from '../../src-main/machines/machines-file.ts';
import { programSources } from '../../src-main/machines/program-sources.ts';
import { shellOf } from '../../src-main/machines/shells.ts';
import { EventHub } from '../../src-main/services/event-hub.ts';
import { Machines } from '../../src-main/services/machines.ts';
import { Works } from '../../src-main/services/works.ts';
import { checkout } from '../../src-main/setup/places.mjs';
import { type SlurmCluster, slurm, startSlurm } from '../support/slurm.ts';
import { type SshServer, sshd, startSshd } from '../support/sshd.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/fo-');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clock = { now: () => 1_000_000 };
const VERSION = '0.0.0-test';

/** A tar of these files, packed by gzip. */
async function* archiveOf(files: Readonly<Record<string, string>>): AsyncGenerator<Uint8Array> {
  const place = mkdtempSync('/tmp/fo-');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(place, name, '..'), { recursive: true });
    writeFileSync(join(place, name), text);
  }
  yield execFileSync('tar', ['-czf', '-', '-C', place, '.']);
  rmSync(place, { recursive: true });
}

/** Sources whose set-up leaves a Node and a program that says which it is. */
const SMALL = {
  'src-main/setup/setup.mjs': `
    import { mkdirSync, symlinkSync } from 'node:fs';
    console.error('set-up: begins in ' + process.env.FREEZEOUT_LAB_CACHE + ' for ' + process.env.FREEZEOUT_LAB_TENSORFLOW);
    mkdirSync('node_modules/.bin', { recursive: true });
    symlinkSync(process.execPath, 'node_modules/.bin/node');`,
  'src-main/setup/lab.mjs': `console.log(JSON.stringify([process.env.FREEZEOUT_LAB_CACHE, ...process.argv.slice(2)]));`,
};

function machinesIn(home: string, sources: Partial<HomeMachines['sources']> = {}, environment = process.env) {
  const works = new Works({ clock });
  const machines: HomeMachines = {
    list: () => machinesOf(home),
    save: (all) => saveMachines(home, all),
    shell: (machine) => shellOf(machine, environment),
    bring: async (_machine, { location }) => location,
    bringWeights: async (_machine, { path }) => path,
    readFile: () => Promise.reject(new Error('No file is read.')),
    sources: { version: async () => VERSION, archive: () => archiveOf(SMALL), ...sources },
  };
  return { works, machines: new Machines({ machines, clock, works, hub: new EventHub() }) };
}

const here = (more: object = {}) =>
  machineSchema.parse({ name: 'here-box', ssh: null, root: join(folder, "it's a root"), ...more });

function stateOf(report: MachineReport, what: string): string | undefined {
  return report.findings.find((finding) => finding.what === what)?.state;
}

describe('the machines of a home', () => {
  it('are added, replaced only on demand, and forgotten', async () => {
    const { machines } = machinesIn(folder);
    const machine = here();
    await Promise.all([machines.add(machine, false), machines.add({ ...machine, name: 'other' }, false)]);
    await expect(machines.add(machine, false)).rejects.toThrow('There is a machine here-box already');
    await machines.add({ ...machine, root: '/elsewhere' }, true);
    expect((await machines.list()).map(({ name, root }) => [name, root])).toEqual([
      ['here-box', '/elsewhere'],
      ['other', machine.root],
    ]);
    await expect(machines.check('here-bx')).rejects.toThrow('There is no machine here-bx: did you mean here-box?');
    await machines.remove('here-box');
    expect((await machines.list()).map(({ name }) => name)).toEqual(['other']);
  });
});

describe('a machine', () => {
  it('is looked at, set up, and then lacks nothing', async () => {
    const { machines } = machinesIn(folder);
    await machines.add(here(), false);
    const before = await machines.check('here-box');
    expect([stateOf(before, 'root'), stateOf(before, 'set-up'), isReady(before)]).toEqual(['fine', 'missing', false]);
    const after = await machines.setUp('here-box', undefined);
    expect([stateOf(after, 'set-up'), stateOf(after, 'Node')]).toEqual(['fine', undefined]);
    const lab = remoteLab(here().root, VERSION);
    const said = JSON.parse(execFileSync(lab, ['work', "it's"], { encoding: 'utf8', cwd: '/' }));
    expect(said).toEqual([join(here().root, 'cache'), 'work', "it's"]);
  });

  it('is set up again where that was cut off, and says why where it fails', async () => {
    const broken = { ...SMALL, 'src-main/setup/setup.mjs': `console.error('set-up: no disk left'); process.exit(1);` };
    const failing = machinesIn(folder, { archive: () => archiveOf(broken) }).machines;
    await failing.add(here(), false);
    await expect(failing.setUp('here-box', undefined)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('here-box was not set up: set-up: no disk left'),
      lines: ['set-up: no disk left'],
    });
    expect(existsSync(remoteLab(here().root, VERSION))).toBe(false);
    writeFileSync(
      join(versionFolder(here().root, VERSION), 'src-main/setup/setup.mjs'),
      SMALL['src-main/setup/setup.mjs'],
    );
    const { machines } = machinesIn(folder);
    expect(stateOf(await machines.setUp('here-box', undefined), 'set-up')).toBe('fine');
  });

  it('tells each line of its set-up while it lasts, which ends when it is cancelled', async () => {
    const slow = {
      ...SMALL,
      'src-main/setup/setup.mjs': `console.error('set-up: takes long'); setTimeout(() => {}, 600_000);`,
    };
    const { machines, works } = machinesIn(folder, { archive: () => archiveOf(slow) });
    await machines.add(here(), false);
    const answer = machines.setUp('here-box', undefined);
    const cancelled = expect(answer).rejects.toThrow('Cancelled: setting up here-box.');
    for await (const [work] of works.follow(undefined)) {
      if (work?.detail !== 'takes long') continue;
      works.cancel(work.id);
      break;
    }
    await cancelled;
  });

  it('gets the build of TensorFlow that its nodes will want, since they install nothing', () => {
    const variant = (more: object) => /FREEZEOUT_LAB_TENSORFLOW=(\w+)/.exec(installScript(here(more), VERSION))?.[1];
    expect(variant({ slurm: { gres: 'gpu:1' } })).toBe('gpu');
    expect(variant({ slurm: { options: ['--gpus-per-node=1'] } })).toBe('gpu');
    expect(variant({ slurm: {} })).toBe('cpu');
    expect(variant({ gpus: ['0'] })).toBe('gpu');
    expect(variant({})).toBeUndefined();
  });

  it('that cannot be reached is told as such', async () => {
    const { machines } = machinesIn(folder);
    await machines.add({ ...here(), name: 'gone', ssh: 'nowhere.invalid' }, false);
    const report = await machines.check('gone');
    expect(report.findings).toEqual([expect.objectContaining({ what: 'ssh', state: 'missing' })]);
    await expect(machines.setUp('gone', undefined)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('findings', () => {
  const GOOD = [
    'system=Linux x86_64',
    'glibc=glibc 2.36',
    'root=written',
    'free=90000000',
    'node=v20.1.0',
    ...['npm', 'python3', 'pip', 'g++', 'make', 'tar', 'gzip'].map((name) => `program=${name}`),
  ];
  const of = (lines: readonly string[], more: object = {}) =>
    findingsOf(machineSchema.parse({ name: 'm', ssh: 'm', root: '/r', ...more }), lines.join('\n'));
  const lacking = (lines: readonly string[], more: object = {}) =>
    of(lines, more).flatMap(({ what, state }) => (state === 'missing' && what !== 'set-up' ? [what] : []));

  it('are none that matter where all is there', () => {
    expect(lacking(GOOD)).toEqual([]);
  });

  it.each([
    ['another system', ['system=Darwin arm64'], {}, 'system'],
    ['an old glibc', ['glibc=glibc 2.17'], {}, 'system'],
    ['glibc 2.9, which is no decimal', ['glibc=glibc 2.9'], {}, 'system'],
    ['no glibc', ['glibc='], {}, 'system'],
    ['a root that cannot be written', ['root='], {}, 'root'],
    ['a full disk', ['free=100000'], {}, 'disk'],
    ['no Node', ['node='], {}, 'Node'],
    ['an old Node', ['node=v12.22.9'], {}, 'Node'],
    ['no GPU where one is named', [], { gpus: ['0'] }, 'GPU'],
    ['no Slurm', [], { slurm: {} }, 'Slurm'],
  ] as const)('name %s', (_, lines, more, what) => {
    const keys = lines.map((line) => `${line.split('=')[0]}=`);
    const others = GOOD.filter((line) => !keys.some((key) => line.startsWith(key)));
    expect(lacking([...others, ...lines], more)).toEqual([what]);
  });

  it('name the packages of missing tools', () => {
    const found = of(GOOD.filter((line) => line !== 'program=g++' && line !== 'program=pip')).find(
      ({ what }) => what === 'tools',
    );
    expect(found).toMatchObject({
      state: 'missing',
      found: 'no pip, g++',
      mend: '`sudo apt-get install -y python3-pip g++` there',
    });
  });

  it('ask for nothing that set-up alone needs once it is done', () => {
    expect(lacking(['system=Linux x86_64', 'glibc=glibc 2.36', 'root=written', 'lab=there'])).toEqual([]);
  });

  it('know partitions and their cards', () => {
    const cluster = [
      ...GOOD,
      ...['sbatch', 'squeue', 'scontrol', 'scancel'].map((name) => `slurm=${name}`),
      'partition=cpu|(null)',
      'partition=gpu|gpu:a100:4',
      'default=cpu',
    ];
    expect(lacking(cluster, { slurm: {} })).toEqual([]);
    expect(lacking(cluster, { slurm: { partition: 'gpu', gres: 'gpu:a100:1' } })).toEqual([]);
    expect(lacking(cluster, { slurm: { gres: 'gpu:a100:1' } })).toEqual(['GPU']);
    expect(lacking(cluster, { slurm: { partition: 'fast' } })).toEqual(['partition']);
  });
});

describe.runIf(slurm !== null && sshd !== null)('a cluster behind ssh', () => {
  let cluster: SlurmCluster;
  let server: SshServer;
  beforeAll(async () => {
    cluster = await startSlurm();
    server = await startSshd({ environment: cluster.environment });
  });
  afterAll(async () => {
    await server.close();
    await cluster.close();
  });

  it('is looked at with its partitions and cards', async () => {
    const environment = {
      ...process.env,
      XDG_RUNTIME_DIR: folder,
      PATH: `${server.programs}${delimiter}${process.env.PATH}`,
    };
    const { machines } = machinesIn(folder, {}, environment);
    const machine = { ...here({ slurm: { partition: 'urgent', gres: 'gpu:fake:1' } }), ssh: 'gpubox' };
    await machines.add(machine, false);
    const report = await machines.check('here-box');
    expect(['ssh', 'root', 'Slurm', 'partition', 'GPU'].map((what) => stateOf(report, what))).toEqual([
      'fine',
      'fine',
      'fine',
      'fine',
      'fine',
    ]);
  });
});

it('another machine gets all that the program is made from', async () => {
  const target = join(folder, 'sources');
  mkdirSync(target);
  const pieces: Uint8Array[] = [];
  for await (const piece of programSources.archive()) pieces.push(piece);
  execFileSync('tar', ['-xzf', '-', '-C', target], { input: Buffer.concat(pieces) });
  symlinkSync(join(checkout, 'node_modules'), join(target, 'node_modules'));
  const version = execFileSync(process.execPath, [join(target, 'src-main/lab.ts'), '--version'], {
    encoding: 'utf8',
  }).trim();
  expect(await programSources.version()).toMatch(/^\d+\.\d+\.\d+-[0-9a-f]{12}$/);
  expect((await programSources.version()).split('-')[0]).toBe(version);
});
