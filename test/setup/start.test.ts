import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const START = fileURLToPath(new URL('../../src-main/setup/start.mjs', import.meta.url));

function start(environment: NodeJS.ProcessEnv) {
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [START], {
    env: { ...rest, ...environment },
    encoding: 'utf8',
  });
  return { status, lines: stderr.trim().split('\n') };
}

describe.runIf(process.platform === 'linux')('npm start', () => {
  it('names the way in the terminal where there is no display, and sets nothing up', () => {
    const { status, lines } = start({ FREEZEOUT_LAB_CACHE: '/nowhere/at/all' });
    expect(status).toBe(1);
    expect(lines).toEqual([expect.stringContaining('`npm run study`')]);
  });

  it.runIf(process.geteuid?.() === 0)('does without the sandbox only where root says so', () => {
    const { status, lines } = start({ DISPLAY: ':99', FREEZEOUT_LAB_CACHE: '/nowhere/at/all' });
    expect(status).toBe(1);
    expect(lines).toEqual([expect.stringContaining('FREEZEOUT_LAB_NO_SANDBOX=1')]);
  });
});
