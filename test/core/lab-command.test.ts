import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { addSeedsCommand, labCommand, shellWord } from '#core/lab-command.ts';
import { printableLine } from '#core/printable.ts';

const NAMES = {
  spaces: ' two  words ',
  quotes: `it's "quoted"`,
  expansions: '$HOME `id` $(id) $x !! !x \\ * ? [a] {a,b} ~ #',
  operators: 'a; b | c & d > e < f (g)',
  'a leading dash': '-rf',
  'a leading tilde or equals sign': '~root',
  'an equals sign': '=ls',
  nothing: '',
  'other scripts': '日本語　研究 Ünï 🧊 שלום',
  'line ends and tabs': 'a\nb\tc\r\nd',
  "Unicode's line and paragraph ends": 'a \u2028 b\u2029c',
  'escapes of the terminal': "a\u001b[31mb\u0007'c!",
  'marks that turn the text': '\u202eevil\u202c \u2066x\u2069',
};

describe('a word of a command line', () => {
  it.each(Object.entries(NAMES))('with %s reaches the program as it was, through our terminal too', (_, name) => {
    for (const shell of ['bash', 'sh']) {
      // Dash does not know $'...'; the shells that people type in do.
      if (shell === 'sh' && shellWord(name).startsWith('$')) continue;
      const command = printableLine(`printf %s ${shellWord(name)}x`);
      expect(execFileSync(shell, ['-c', command], { encoding: 'utf8' })).toBe(`${name}x`);
    }
  });

  it('stands without quotes where nothing in it needs them', () => {
    expect(['quick', '2,3', 'a/b.json', 'x:y', '50%'].map(shellWord)).toEqual([
      'quick',
      '2,3',
      'a/b.json',
      'x:y',
      '50%',
    ]);
  });
});

describe('commands that can be pasted', () => {
  it('quote what the shell would split or expand', () => {
    const call = { words: ['study'], operands: ['my spec.json'], options: ['--seeds', '2,3'], home: 'a b' };
    expect(labCommand(call)).toBe("npm run lab -- study 'my spec.json' --seeds 2,3 --home 'a b'");
  });

  it('put a name that looks like an option behind all options', () => {
    const call = { words: ['study'], operands: ['-rf'], options: ['--seeds', '2'], home: '/h' };
    expect(labCommand(call)).toBe('npm run lab -- study --seeds 2 --home /h -- -rf');
    expect(labCommand({ words: ['study'], operands: ['-'] })).toBe('npm run lab -- study -');
  });

  it('add the next seeds', () => {
    expect(addSeedsCommand('quick', [1])).toBe('npm run lab -- study quick --seeds 2,3');
    expect(addSeedsCommand("a'b", [7, 2])).toBe("npm run lab -- study 'a'\\''b' --seeds 8,9");
  });
});
