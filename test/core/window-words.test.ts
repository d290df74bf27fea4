import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { windowSentence, withWindowSentences } from '#core/window-words.ts';
import { inWindowWords } from '../../src-renderer/lib/window-answers.ts';
import { sourceFiles } from '../architecture/source-files.ts';

const RESUME = 'It ended: `lab runs resume r1` goes on from its last checkpoint.';
const RESUMED = 'It ended: “Resume” goes on from its last checkpoint.';

describe('the words of the window', () => {
  it.each([
    [RESUME, RESUMED],
    ['Or start it anew with `lab runs resume r1 --anew`.', 'Or start it anew with “Start anew …”.'],
    ['Run `npm run lab -- doctor`.', 'Run “This machine” under Settings.'],
    ['See `lab runs recount r1`.', 'See `lab runs recount r1` in a terminal.'],
    ['Choose another folder with --home.', 'Choose another folder with “Use another home …” under Settings.'],
    ['A study named `mine` is there.', 'A study named `mine` is there.'],
  ])('say %j as %j', (sentence, said) => expect(windowSentence(sentence)).toBe(said));

  it('are in every sentence of an answer, and in nothing that people wrote', () => {
    const run = {
      reason: RESUME,
      note: RESUME,
      curve: [1, 2],
      checkpoints: [{ text: RESUME }],
      study: { name: RESUME },
    };
    const said = withWindowSentences({ rows: [run] });
    expect(said).toEqual({ rows: [{ ...run, reason: RESUMED, checkpoints: [{ text: RESUMED }] }] });
    const plain = { rows: [{ ...run, reason: null, checkpoints: [] }] };
    expect(withWindowSentences(plain)).toBe(plain);
  });

  it('are in errors and in streams', async () => {
    const failing = { next: () => Promise.reject(new AppError('not-found', RESUME, { lines: ['a'] })) };
    await expect(inWindowWords(failing)).rejects.toMatchObject({ code: 'not-found', message: RESUMED, lines: ['a'] });
    let hasEnded = false;
    async function* events() {
      try {
        yield { type: 'run.failed', reason: RESUME };
        yield { type: 'run.failed', reason: null };
      } finally {
        hasEnded = true;
      }
    }
    const seen: unknown[] = [];
    for await (const event of await inWindowWords({ next: async () => events() })) {
      seen.push(event);
      break;
    }
    expect([seen, hasEnded]).toEqual([[{ type: 'run.failed', reason: RESUMED }], true]);
  });
});

/** Commands between backticks in the texts of the program, with X for what is filled in. */
function commandsIn({ text }: { readonly text: string }): string[] {
  const source = text
    .replaceAll(/^\s*(\/\/|\*|\/\*\*).*$/gm, '')
    .replaceAll('\\`', '`')
    .replaceAll(/\$\{[^}]*\}/g, 'X');
  return source.match(/`(?:npm run )?lab (?:-- )?[a-z][^`\n]*`/g) ?? [];
}

it('name no command of the terminal for anything that the window can do', () => {
  // The terminal says its own sentences; the report is a file that one reads next to a terminal.
  const spoken = sourceFiles('src-main').filter(
    ({ path }) => !/src-main\/(cli|setup|export)\/|core\/window-words/.test(path),
  );
  const commands = spoken.flatMap((file) => commandsIn(file).map((command) => `${file.path}: ${command}`));
  expect(commands.length).toBeGreaterThan(10);
  const unknown = commands.filter((command) => windowSentence(command).endsWith('in a terminal'));
  // The window counts nothing again by itself, and the event lines of a home elsewhere are written there.
  expect(unknown.filter((command) => !/runs recount|export study/.test(command))).toEqual([]);
  // Only to be copied: how a terminal starts the same study.
  const shown = sourceFiles('src-renderer').filter(({ path }) => !path.endsWith('form/SpecPanel.svelte'));
  expect(
    shown.filter((file) => commandsIn(file).length > 0 || file.text.includes('npm run lab')).map(({ path }) => path),
  ).toEqual([]);
});
