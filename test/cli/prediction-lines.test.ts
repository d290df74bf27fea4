import { describe, expect, it } from 'vitest';
import type { PredictedImage } from '#core/prediction.ts';
import { PredictionLines } from '../../src-main/cli/prediction-lines.ts';
import { Terminal } from '../../src-main/cli/terminal.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeShell } from './fake-shell.ts';

const image = (file: string, change: Partial<PredictedImage> = {}): PredictedImage => ({
  ...{ file, predicted: 1, probabilities: [0.25, 0.75], problem: null, adapted: [] },
  ...change,
});
const damaged = { predicted: null, probabilities: null, problem: 'is empty, perhaps damaged' };

function linesOf(images: readonly PredictedImage[], { json = false, path = null as string | null } = {}) {
  const shell = new FakeShell();
  const written = new Map<string, string>();
  const tools = fakeTools(new FakeLab(), {
    writeFile: async (to, content) =>
      void written.set(to, content instanceof Uint8Array ? Buffer.from(content).toString() : ''),
  });
  const terminal = new Terminal(shell, json);
  const lines = new PredictionLines(
    { shell, tools, terminal, home: 'home', homeOption: undefined, elsewhere: null, words: 'predict' },
    path,
  );
  lines.take({ type: 'classes', runId: 'run1', classNames: ['cat', 'd,og'] });
  lines.take({
    type: 'listed',
    images: images.length,
    skipped: [{ reason: 'no image', files: 9, total: 9, first: [{ path: 'a.txt', files: 1 }] }],
  });
  lines.take({ type: 'predicted', images });
  return { lines, shell, written };
}

describe('the lines of a prediction', () => {
  it('are CSV whose names can hold anything, and still be opened', async () => {
    const { lines, shell } = linesOf([image('a, "b".png'), image('=c.png'), image('d/e.png')]);
    await lines.finish();
    expect(shell.stdout.lines).toEqual([
      'file,class,problem,cat,"d,og"',
      '"a, ""b"".png","d,og",,0.25,0.75',
      './=c.png,"d,og",,0.25,0.75',
      'd/e.png,"d,og",,0.25,0.75',
    ]);
    expect(shell.stderr.text).toBe('9 files were skipped: no image (a.txt and 8 more).\n');
  });

  it('have a row for what could not be read, and a sentence at the end', async () => {
    const { lines, shell } = linesOf([image('a.png', damaged), image('b.png', { adapted: ['resized'] })]);
    await expect(lines.finish()).rejects.toThrow(
      '1 of 2 images could not be classified: a.png is empty, perhaps damaged.',
    );
    expect(shell.stdout.lines[1]).toBe('a.png,,"is empty, perhaps damaged",,');
    expect(shell.stderr.text).toContain('Careful: 1 image had another size than the images of the run');
  });

  it('go into a file, or are JSON', async () => {
    const filed = linesOf([image('a.png')], { path: '/tmp/absent-file-of-a-test.csv' });
    await filed.lines.finish();
    expect([...filed.written.values()]).toEqual(['file,class,problem,cat,"d,og"\r\na.png,"d,og",,0.25,0.75\r\n']);
    const told = linesOf([image('a.png')], { json: true });
    await told.lines.finish();
    const images = [{ file: 'a.png', class: 'd,og', problem: null, probabilities: [0.25, 0.75] }];
    expect(JSON.parse(told.shell.stdout.text)).toEqual({ runId: 'run1', classes: ['cat', 'd,og'], images });
  });

  it('end with what the prediction failed with', () => {
    const { lines } = linesOf([]);
    expect(() => lines.take({ type: 'failed', code: 'conflict', message: 'A run trains.' })).toThrow('A run trains.');
  });
});
