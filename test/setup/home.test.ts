import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeFolder, ownHomeFolder } from '../../src-main/setup/home.mjs';

function home(option: string | undefined, environment: Record<string, string>, platform = 'linux'): string {
  return homeFolder(option, { folder: '/work', environment }, platform);
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

  it('is not the usual one where an empty name was given, as by a script whose variable is not set', () => {
    expect(() => home('', {})).toThrow('--home is empty: name a folder, or leave it out.');
    expect(() => home(undefined, { FREEZEOUT_LAB_HOME: '' })).toThrow('FREEZEOUT_LAB_HOME is empty');
    expect(home('here', { FREEZEOUT_LAB_HOME: '' })).toBe('/work/here');
  });

  it('is where the platform keeps the data of applications', () => {
    expect(home(undefined, {}, 'darwin')).toBe(join(homedir(), 'Library', 'Application Support', 'FreezeOut Lab'));
    expect(home(undefined, { APPDATA: '/roaming' }, 'win32')).toBe(join('/roaming', 'FreezeOut Lab'));
  });

  it('that a user has here is no other one where that of the moment is on another machine', () => {
    const own = (environment: Record<string, string>) => ownHomeFolder({ folder: '/work', environment });
    expect(own({ FREEZEOUT_LAB_HOME: 'ssh://box/~/lab', XDG_DATA_HOME: '/data' })).toBe('/data/freezeout-lab');
    expect(own({ FREEZEOUT_LAB_HOME: 'there', XDG_DATA_HOME: '/data' })).toBe('/work/there');
    expect(own({ XDG_DATA_HOME: '/data' })).toBe('/data/freezeout-lab');
  });
});
