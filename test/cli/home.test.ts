import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeFolder } from '../../src-main/cli/home.ts';
import { addSeedsCommand, labCommand } from '../../src-main/cli/lab-command.ts';
import { FakeShell } from './fake-shell.ts';

function home(option: string | undefined, environment: Record<string, string>, platform = 'linux'): string {
  return homeFolder(option, new FakeShell({ folder: '/work', environment }), platform);
}

describe('the home', () => {
  it.each([
    { option: 'here', environment: { FREEZEOUT_LAB_HOME: '/there' }, expected: '/work/here' },
    { option: undefined, environment: { FREEZEOUT_LAB_HOME: '/there' }, expected: '/there' },
    { option: undefined, environment: { XDG_DATA_HOME: '/data' }, expected: '/data/freezeout-lab' },
    { option: undefined, environment: {}, expected: join(homedir(), '.local', 'share', 'freezeout-lab') },
  ])('is $expected', ({ option, environment, expected }) => {
    expect(home(option, environment)).toBe(expected);
  });

  it('is where the platform keeps the data of applications', () => {
    expect(home(undefined, {}, 'darwin')).toBe(join(homedir(), 'Library', 'Application Support', 'FreezeOut Lab'));
    expect(home(undefined, { APPDATA: '/roaming' }, 'win32')).toBe(join('/roaming', 'FreezeOut Lab'));
  });
});

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
