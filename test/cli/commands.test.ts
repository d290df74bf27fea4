import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { NamedTensors } from '#core/network/pytorch-layout.ts';
import type { CommandTools } from '../../src-main/cli/command-tools.ts';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { CACHE_EVENTS } from '../support/cache-events.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeShell } from './fake-shell.ts';
import { sampleRun } from './sample-run.ts';

let folder: string;
let lab: FakeLab;
let shell: FakeShell;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-cli-'));
  lab = new FakeLab();
  shell = new FakeShell({ folder, environment: { FREEZEOUT_LAB_HOME: 'home' } });
});

afterEach(() => rm(folder, { recursive: true }));

function command(args: string, tools: Partial<CommandTools> = {}): Promise<number> {
  return runCommandLine(args.split(' '), { tools: fakeTools(lab, tools), shell });
}

describe('estimate', () => {
  it('says how long a study would take, by what it goes to', async () => {
    expect(await command('estimate --preset quick')).toBe(0);
    expect(lab.asked).toEqual(['open to ask', 'estimate quick']);
    expect(shell.stdout.lines[0]).toMatch(/^a run of +all +training +evaluation +checkpoints +start +profile$/);
    expect(shell.stdout.lines[1]).toMatch(/^baseline +70\.0 s +60\.0 s +8\.0 s +0\.1 s +1\.4 s +0\.5 s$/);
    expect(shell.stdout.text).toContain('quick: about 7 min for 1 run, one after another.');
    expect(shell.stderr.text).toContain('Careful: The test images lack the class "owl"');
  });

  it('says that a study takes at most so long, and why', async () => {
    lab.estimated = { most: ['All epochs are counted.', 'Nothing froze.'] };
    expect(await command('estimate --preset quick')).toBe(0);
    const said = 'quick: at most about 7 min for 1 run, one after another.\nAll epochs are counted.\nNothing froze.\n';
    expect(shell.stdout.text).toContain(said);
  });

  it('wants one study', async () => {
    expect(await command('estimate')).toBe(2);
    expect(await command('estimate study.json --preset quick')).toBe(2);
  });
});

describe('the life of a study', () => {
  it('is told step by step, and hides what is archived or deleted in the list', async () => {
    lab.addRun('run1', 'finished');
    await command('studies rename tiny small');
    await command('studies tag small paper draft');
    await command('studies untag small draft');
    await runCommandLine(['studies', 'note', 'small', 'too late'], { tools: fakeTools(lab), shell });
    await command('studies archive small');
    await command('studies list');
    await command('studies list --archived --tag paper');
    await command('studies unarchive small');
    await command('studies delete small');
    await command('studies list --deleted');
    await command('studies restore small');
    await command('studies purge small');
    const { lines } = shell.stdout;
    expect(lines.filter((line) => !/^id |^study1 /.test(line))).toEqual([
      'The study is called "small" now.',
      'The study "small" has the tags paper, draft and no note.',
      'The study "small" has the tags paper and no note.',
      'The study "small" has the tags paper and the note: too late',
      'The study "small" and its runs are archived.',
      'Every study is archived: `studies list --archived` lists them.',
      'The study "small" and its runs are out of the archive.',
      'The study small and its run are in the trash. Its search stops until it is restored. Until then the saved comparison both shows it no more. Undo with: npm run lab -- studies restore study1',
      'The study tiny 2 and its run are back, under this name since another study is called small.',
      'The study "tiny 2", its runs and their files were deleted permanently.',
    ]);
    expect(lines.filter((line) => line.startsWith('study1 '))).toHaveLength(2);
  });

  it('goes on in a copy: its spec under a free name, printed or written', async () => {
    expect(await command('studies duplicate tiny')).toBe(0);
    expect(JSON.parse(shell.stdout.text)).toMatchObject({ name: 'copy of tiny', seeds: [1], arms: [] });
    expect(await command('studies duplicate tiny copy.json --name mine')).toBe(0);
    expect(JSON.parse(await readFile(join(folder, 'copy.json'), 'utf8'))).toMatchObject({ name: 'mine', margin: 0.5 });
  });
});

describe('runs', () => {
  it('lists the JSON of the contract, infinities as strings', async () => {
    lab.runs.set('run1', sampleRun({ validationError: Number.POSITIVE_INFINITY }));
    expect(await command('runs list --json')).toBe(0);
    const [run] = JSON.parse(shell.stdout.text);
    expect(run).toMatchObject({ id: 'run1', status: 'queued', validationError: 'Infinity', testError: null });
  });

  it('lists a table for people, and asks without training', async () => {
    lab.runs.set('run1', sampleRun({ status: 'paused', epoch: 1, frozenLayers: 1, validationError: 0.25 }));
    await command('runs list');
    expect(shell.stdout.lines[1]).toMatch(/^run1 +tiny +linear plain 0.5 +1 +paused +1\/2 +1\/2 +0 s +25.00 % +–$/);
    expect(lab.asked).toEqual(['open to ask']);
    expect(lab.closings).toHaveLength(1);
  });

  it('filters by several states', async () => {
    lab.addRun('run1', 'paused');
    lab.addRun('run2', 'finished');
    lab.addRun('run3', 'failed');
    await command('runs list --status paused,failed --json');
    expect(JSON.parse(shell.stdout.text).map((run: { id: string }) => run.id)).toEqual(['run1', 'run3']);
  });

  it('filters in the words of the app, and answers a wrong filter with the right one', async () => {
    lab.addRun('run1', 'paused');
    lab.addRun('run2', 'finished');
    const filtered = (filter: string) =>
      runCommandLine(['runs', 'list', '--filter', filter, '--json'], { tools: fakeTools(lab), shell });
    expect(await filtered('not paused t0 0.4..0.6')).toBe(0);
    expect(JSON.parse(shell.stdout.text).map((run: { id: string }) => run.id)).toEqual(['run2']);
    expect(await filtered('sede=1')).toBe(2);
    expect(shell.stderr.text).toContain('There is no field “sede” (character 1): you may mean seed.');
  });

  it('deletes several, and goes on after one that it cannot', async () => {
    lab.addRun('run1', 'paused');
    lab.addRun('run2', 'finished');
    expect(await command('runs delete run1 nothing run2')).not.toBe(0);
    expect(lab.asked).toEqual(['open to ask', 'delete run1', 'delete nothing', 'delete run2']);
    expect(shell.stdout.lines[1]).toMatch(
      /^Run run2 is finished\. It is in the trash\. Undo with: .*runs restore run2$/,
    );
    expect(shell.stderr.text).toContain('There is no run nothing.');
  });

  it('shows a run without letting its note steer the terminal', async () => {
    lab.runs.set('run1', sampleRun({ note: 'a\u001b]0;owned\u0007b\nc' }));
    await command('runs show run1');
    expect(shell.stdout.text).toContain('a]0;ownedb c');
  });

  it('shows what became of its cache of frozen layers', async () => {
    lab.addRun('run1', 'paused');
    for (const event of CACHE_EVENTS) lab.happen(event);
    await command('runs show run1');
    expect(shell.stdout.text).toMatch(/\n +2 +in memory +52\.0 MB +1\.00 s +The disk failed\./);
    expect(shell.stdout.text).toContain('1.5 s saved, 2.3 s predicted; kept for 45 % of the images read.');
  });

  it('shows its classes, or why there are none, and draws its matrix', async () => {
    lab.addRun('run1', 'finished');
    await command('runs show run1');
    expect(shell.stdout.text).toContain('Errors by class were not counted: the run is of an older version.');
    const names = { split: 'test' as const, classNames: ['cat', 'dog'], images: [2, 2] };
    lab.predictions = [{ ...names, predicted: [{ 0: 2 }, { 0: 1, 1: 1 }], topFiveErrors: 0 }];
    await command('runs show run1 --matrix m.svg');
    expect(shell.stdout.text).toContain('Classes of the 4 test images: balanced accuracy 75.00 %.');
    expect(await readFile(join(folder, 'm.svg'), 'utf8')).toBe('confusion-matrix');
    await command('runs show run1 --json');
    expect(JSON.parse(shell.stdout.lines.at(-1) ?? '').predictions).toEqual(lab.predictions);
  });

  it('says how a stopped run goes on', async () => {
    lab.addRun('run1');
    await command('runs stop run1');
    expect(shell.stdout.lines).toEqual(['Run run1 is stopped. Continue with: npm run lab -- runs resume run1']);
  });

  it('takes in lines from stdin', async () => {
    shell.stdin = '{"a":1}\n\n{"b":2}\n';
    await command('runs import -');
    expect(lab.asked).toContain(`import ${JSON.stringify(shell.stdin)}`);
  });

  it('says which of the runs are on other data than the rest of their study', async () => {
    const [own, other] = ['a', 'b'].map((digit) => ({ sha256: digit.repeat(64), location: null }));
    lab.runs.set('run1', sampleRun({ status: 'finished', data: own }));
    lab.runs.set('run2', sampleRun({ id: 'run2', status: 'finished', seed: 2, data: other }));
    shell.stdin = '{"a":1}\n';
    expect(await command('runs import -')).toBe(0);
    expect(shell.stdout.text).toContain('Imported 2 runs');
    expect(shell.stderr.text + shell.stdout.text).toMatch(
      /Careful: tiny: 1 run on other images \(bbbb.* is left out: seed 2\./,
    );
  });
});

describe('compare', () => {
  it('writes the figure and the table where it was told', async () => {
    expect(await command('compare tiny --figure f.svg --table t.csv --json')).toBe(0);
    expect(await readFile(join(folder, 'f.svg'), 'utf8')).toBe('svg of study1');
    expect(await readFile(join(folder, 't.csv'), 'utf8')).toBe('THE CSV');
    expect(JSON.parse(shell.stdout.text)).toEqual({
      data: { sha256: null, unrecorded: 0, leftOut: [] },
      weights: { sha256: null, leftOut: [] },
      ...{ studyId: 'study1', margin: 0.5, arms: [], verdicts: [], warnings: [] },
    });
  });

  it('says on request which classes pay, in JSON and as a figure too', async () => {
    expect(await command('compare tiny --classes')).toBe(0);
    expect(shell.stdout.text).toContain('Left out: 1 run that has no predictions by class');
    expect(await command('compare tiny --classes --json --class-figure c.svg')).toBe(0);
    expect(JSON.parse(shell.stdout.lines.at(-1) ?? '').classCosts.notCounted).toEqual(['run1']);
    expect(await readFile(join(folder, 'c.svg'), 'utf8')).toBe('class-costs');
  });

  it('says below the table why wall clocks may not compare', async () => {
    lab.warnings = ['cubic (seed 1) trained on another machine.'];
    expect(await command('compare tiny')).toBe(0);
    expect(shell.stdout.text).toBe('THE TABLE\nCareful: cubic (seed 1) trained on another machine.\n');
  });

  it('says what the figure does not show', async () => {
    lab.figureWarnings = ['No font of this machine has 日.'];
    expect(await command('compare tiny --figure f.png')).toBe(0);
    expect(shell.stderr.text).toContain('No font of this machine has 日.');
  });

  it('judges by another margin, and refuses one that is none', async () => {
    expect(await command('compare tiny --margin 0.3 --json')).toBe(0);
    expect(JSON.parse(shell.stdout.text)).toMatchObject({ margin: 0.3 });
    expect(await command('compare tiny --margin 0')).toBe(2);
    expect(shell.stderr.text).toContain('points of test error above 0');
  });

  it('draws what the file is called', async () => {
    for (const [ending, format] of Object.entries({ pdf: 'pdf', PNG: 'png-600', tex: 'pgfplots', csv: 'csv' })) {
      expect(await command(`compare tiny --figure f.${ending} --json`)).toBe(0);
      expect(await readFile(join(folder, `f.${ending}`), 'utf8')).toBe(`${format} of study1`);
    }
    expect(await command('compare tiny --figure f.jpeg')).toBe(2);
    expect(shell.stderr.text).toContain('end it in .svg, .pdf, .png, .tex, .csv');
  });

  it.runIf(existsSync('/dev/full'))('says in one sentence that the disk of a file is full', async () => {
    await symlink('/dev/full', join(folder, 'full.svg'));
    expect(await command('compare tiny --figure full.svg')).toBe(1);
    expect(shell.stderr.lines).toEqual([
      `${join(folder, 'full.svg')} cannot be written, since its disk is full: free some space, or name a file on another disk.`,
    ]);
  });

  it('answers before it says in one sentence that a folder is missing', async () => {
    expect(await command('compare tiny --figure no/f.svg')).toBe(2);
    expect(shell.stdout.text).toBe('THE TABLE\n');
    expect(shell.stderr.text).toContain('cannot be written (ENOENT: no such file or directory): name another file.');
    expect(shell.stderr.lines).toHaveLength(1);
    expect(shell.stderr.text).toContain(join(folder, 'no', 'f.svg'));
  });
});

describe('export', () => {
  it('writes weights in the layout of PyTorch', async () => {
    lab.addRun('run1', 'finished');
    const dense = { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const written = new Map<string, NamedTensors>();
    const tools: Partial<CommandTools> = {
      receivedWeights: async () => new Map([['head.dense.kernel', dense]]),
      writeWeights: async (path, tensors) => {
        written.set(path, tensors);
      },
    };
    await command('export weights run1 w.safetensors --layout pytorch', tools);
    expect(written.get(join(folder, 'w.safetensors'))?.get('head.dense.kernel')).toEqual({
      shape: [3, 2],
      values: Float32Array.of(1, 4, 2, 5, 3, 6),
    });
  });

  it('refuses torchvision’s names for a network that torchvision does not have', async () => {
    lab.addRun('run1', 'finished');
    const tools: Partial<CommandTools> = { receivedWeights: async () => new Map() };
    expect(await command('export weights run1 w.safetensors --layout torchvision', tools)).toBe(2);
    expect(shell.stderr.text).toMatch(/torchvision has no .*: export its weights with --layout pytorch\./);
  });

  it('writes a study as lines', async () => {
    for (const ending of ['csv', 'json', 'parquet', 'html']) {
      expect(await command(`export study tiny tiny.${ending}`)).toBe(0);
      expect(await readFile(join(folder, `tiny.${ending}`), 'utf8')).toBe(`THE ${ending.toUpperCase()}`);
    }
    await command('export study tiny tiny.ndjson');
    expect(await readFile(join(folder, 'tiny.ndjson'), 'utf8')).toBe('{"type":"study.exported"}\n');
    expect(shell.stdout.text).toMatch(/Wrote 1 lines to .*tiny\.ndjson\.\n$/);
    expect(shell.stderr.text).toContain('One event is left out.');
  });
});

describe('report', () => {
  it('writes the report and, next to it, the spec that repeats it', async () => {
    expect(await command('report tiny --html tiny.html')).toBe(0);
    expect(await readFile(join(folder, 'tiny.html'), 'utf8')).toBe('html of study1');
    expect(await readFile(join(folder, 'tiny.json'), 'utf8')).toBe('spec of study1');
    expect(shell.stdout.text).toMatch(/^Is it so\?\n- It is so\.\n[\s\S]*tiny\.html \(to repeat it: .*tiny\.json\)\n$/);
  });

  it('tells the answer as JSON', async () => {
    expect(await command('report tiny tiny --html tiny.html --json')).toBe(0);
    expect(JSON.parse(shell.stdout.text)).toMatchObject({
      path: join(folder, 'tiny.html'),
      spec: join(folder, 'tiny.json'),
      answer: { question: 'Is it so?', studies: [{ id: 'study1' }] },
    });
  });

  it.each([
    ['report --html r.html', /Name the studies of the report, or give --preset/],
    ['report tiny --preset quick --html r.html', /Name the studies of the report, or give --preset/],
    ['report tiny --html r.pdf', /end it in \.html \(the app can export it as PDF/],
    ['report --preset quick --html r.html', /This home has no study of quick yet: train it with/],
    ['report --preset none --html r.html', /There is no preset "none"/],
    ['export study tiny r.pdf', /Only the app can write a PDF report/],
  ])('refuses %s', async (line, sentence) => {
    expect(await command(line)).toBe(2);
    expect(shell.stderr.text).toMatch(sentence);
  });
});

describe('doctor', () => {
  it('tells what is missing and what only the app lacks', async () => {
    const diagnose: CommandTools['diagnose'] = async () => ({
      backend: 'tensorflow-cpu',
      tensorflowVersion: '2.21.0',
      device: 'a CPU',
      node: '24.0.0',
      electron: null,
      sqliteVersion: '3.54.1',
      problems: ['Fashion-MNIST is missing: run `node setup.mjs`.'],
      notes: ['Electron is missing: run `node setup.mjs --all`.'],
    });
    await command('doctor', { diagnose });
    expect(shell.stdout.text).toMatch(/backend +tensorflow-cpu\nTensorFlow +2\.21\.0\n/);
    expect(shell.stdout.lines).toContain('Fashion-MNIST is missing: run `node setup.mjs`.');
    expect(shell.stdout.text).toContain('Only the app and the tests need this: Electron');
  });
});

describe('exit codes', () => {
  it.each([
    { code: 'bad-request', exit: 2 },
    { code: 'not-found', exit: 2 },
    { code: 'conflict', exit: 2 },
    { code: 'locked', exit: 1 },
    { code: 'no-space', exit: 1 },
    { code: 'corrupt', exit: 1 },
  ] as const)('of $code is $exit', async ({ code, exit }) => {
    const openHost = async () => {
      throw new AppError(code, 'Change\u001b this.\nNow.');
    };
    expect(await command('studies list', { openHost })).toBe(exit);
    expect(shell.stderr.text).toBe('Change this. Now.\n');
    expect(shell.stdout.text).toBe('');
  });
});
