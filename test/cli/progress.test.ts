import { describe, expect, it } from 'vitest';
import type { RunEventBody } from '#core/run-event.ts';
import { Terminal } from '../../src-main/cli/terminal.ts';
import { ProgressView } from '../../src-main/cli/training-view.ts';
import { profiled, started } from '../support/store-fixtures.ts';
import { FakeOutput, FakeShell } from './fake-shell.ts';
import { epochFinished, eventsOf, finished, sampled, sampleRun } from './sample-run.ts';

/** The second epoch's layer freeze comes at step 6, the fourth step of the second half. */
const RECORDED = eventsOf('run1', [
  sampled(0, 2.5, 70),
  epochFinished(1, 0),
  { type: 'layer.frozen', layer: 0, step: 6, epoch: 2 },
  sampled(6, 1.5, 40),
  epochFinished(2, 1),
  finished(0.1234),
]);

function show(stdout: FakeOutput, runs = [sampleRun()], doneBefore = 0): FakeOutput {
  const view = new ProgressView(new Terminal(new FakeShell({ stdout }), false));
  view.plan(runs, doneBefore);
  view.begin(sampleRun());
  for (const event of RECORDED) view.event(event);
  return stdout;
}

describe('progress for a person', () => {
  it('writes a line an epoch where the output is no terminal, and how the run ended', () => {
    // An epoch's 5 steps took 5 s.
    expect(show(new FakeOutput()).lines).toEqual([
      'run 1/1  epoch 1/2  loss 2.0000  val. error 50.00 %  frozen 0/2  1000 ms/step  linear plain 0.5, seed 1',
      'run 1/1  epoch 2/2  loss 1.0000  val. error 25.00 %  frozen 1/2  1000 ms/step  linear plain 0.5, seed 1',
      'run 1/1  linear plain 0.5, seed 1  finished: test error 12.34 %, 10 s of training',
    ]);
  });

  it('counts the runs of the study that are done', () => {
    const [first] = show(new FakeOutput(), [sampleRun(), sampleRun({ id: 'run2' })], 3).lines;
    expect(first).toContain('run 4/5 ');
  });

  it('says how long all of its runs will take as the owner of the home tells it, and at once in a terminal', () => {
    const stdout = new FakeOutput({ isTerminal: true, columns: 200 });
    const view = new ProgressView(new Terminal(new FakeShell({ stdout }), false));
    view.plan([sampleRun(), sampleRun({ id: 'run2' })], 0);
    const tell = (...ends: readonly (number | null)[]) => {
      const ids = ['run1', 'other', 'run2'];
      const runs = ends.map((endsIn, index) => ({ id: ids[index], seconds: 1, endsIn, isLeftOut: false }));
      view.foretell({ at: 0, trainers: 1, runs, total: { seconds: 0, unknown: 0, leftOut: 0 } });
    };
    tell(40, 50, 125);
    expect(stdout.text).not.toContain('left');
    view.begin(sampleRun());
    view.event(RECORDED[0]);
    expect(stdout.text).toMatch(/ 2 min left {2}linear plain 0\.5, seed 1$|2 min left linear/);
    tell(40, 50, 59);
    expect(stdout.text.split('\r').at(-1)).toContain(' 59 s left');
    tell(40, null, null);
    view.event(RECORDED[1]);
    expect(stdout.text.split('\r').at(-1)).not.toContain('left');
  });

  it('writes over one line in a terminal, cut to its width', () => {
    const stdout = show(new FakeOutput({ isTerminal: true, columns: 40 }));
    const written = stdout.text.split('\r\u001b[2K').slice(1);
    expect(written.slice(0, -1).every((line) => !line.includes('\n') && line.length < 40)).toBe(true);
    expect(written[1]).toBe('run 1/1 epoch 1/2 loss 2.5000 frozen 0/');
    expect(written.at(-1)).toMatch(/^run 1\/1 {2}linear plain 0.5, seed 1 {2}finished: .*\n$/);
  });

  it('leaves the line to the start of a run until its first step', () => {
    const stdout = new FakeOutput({ isTerminal: true, columns: 80 });
    const view = new ProgressView(new Terminal(new FakeShell({ stdout }), false));
    view.plan([sampleRun()], 0);
    view.begin(sampleRun());
    const planned = stdout.text;
    const [begun, timed, first] = eventsOf('run1', [started, profiled(0.04, 0.9), sampled(0, 2.5, 70)]);
    for (const event of [begun, timed]) view.event(event);
    expect(stdout.text).toBe(planned);
    view.event(first);
    expect(stdout.text.slice(planned.length)).toContain('epoch 1/2');
  });

  it('keeps what a resumed run did before', () => {
    const shell = new FakeShell();
    const view = new ProgressView(new Terminal(shell, false));
    view.plan([sampleRun()], 0);
    view.begin(sampleRun({ epoch: 1, frozenLayers: 1, validationError: 0.5 }));
    for (const event of eventsOf(
      'run1',
      [{ type: 'run.resumed', step: 5, reason: 'Goes on.' }, epochFinished(2, 1)],
      9,
    )) {
      view.event(event);
    }
    expect(shell.stdout.lines).toEqual([
      'run 1/1  epoch 2/2  loss 1.0000  val. error 25.00 %  frozen 1/2  1000 ms/step  linear plain 0.5, seed 1',
    ]);
  });

  it('says where a new trainer goes on by itself, but not twice', () => {
    const shell = new FakeShell();
    const view = new ProgressView(new Terminal(shell, false));
    view.plan([sampleRun()], 0);
    view.begin(sampleRun());
    const bodies: RunEventBody[] = [
      { type: 'run.interrupted', step: null, reason: 'The trainer was ended by SIGSEGV.' },
      { type: 'run.resumed', step: null, reason: 'A new trainer goes on by itself.' },
      { type: 'run.resumed', step: 5, reason: 'Goes on with step 5.' },
    ];
    for (const event of eventsOf('run1', bodies)) view.event(event);
    expect(shell.stdout.lines).toEqual([
      'run 1/1  linear plain 0.5, seed 1  interrupted: The trainer was ended by SIGSEGV.',
      'run 1/1  linear plain 0.5, seed 1  resumed: A new trainer goes on by itself.',
    ]);
  });

  it('does not let an arm or a reason steer the terminal', () => {
    const shell = new FakeShell();
    const view = new ProgressView(new Terminal(shell, false));
    view.plan([sampleRun()], 0);
    view.begin(sampleRun({ arm: 'evil\u001b[2J\u009b' }));
    for (const event of eventsOf('run1', [{ type: 'run.failed', step: null, reason: 'no\u0007 \u202ecall' }]))
      view.event(event);
    expect(shell.stdout.lines).toEqual(['run 1/1  evil[2J, seed 1  failed: no call']);
  });
});
