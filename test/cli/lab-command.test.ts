import { describe, expect, it } from 'vitest';
import { addSeedsCommand, labCommand } from '../../src-main/cli/lab-command.ts';

describe('commands that can be typed', () => {
  it('quote what the shell would split or expand', () => {
    expect(labCommand(['study', 'my spec.json', '--seeds', '2,3'], 'a b')).toBe(
      'npm run lab -- study "my spec.json" --seeds 2,3 --home "a b"',
    );
    expect(labCommand(['study', '$HOME `x` "y"'])).toBe('npm run lab -- study "\\$HOME \\`x\\` \\"y\\""');
  });

  it('add the next seeds', () => {
    expect(addSeedsCommand('quick', [1])).toBe('npm run lab -- study "quick" --seeds 2,3');
    expect(addSeedsCommand('quick', [7, 2])).toBe('npm run lab -- study "quick" --seeds 8,9');
  });
});
