import { describe, expect, it } from 'vitest';
import { BackOff } from '#core/back-off.ts';
import { dialScript } from '#core/elsewhere/dial-script.ts';
import { helloIn, helloText } from '#core/elsewhere/hello.ts';
import { homeElsewhere } from '#core/elsewhere/home-elsewhere.ts';

describe('the address of a home on another machine', () => {
  it.each([
    ['ssh://gpubox/~/lab', { host: 'gpubox', path: '~/lab', program: null }],
    ['ssh://gpubox/data/my%20lab', { host: 'gpubox', path: '/data/my lab', program: null }],
    ['ssh://me@login.uni.edu:2222/~', { host: 'ssh://me@login.uni.edu:2222', path: '~', program: null }],
    ['ssh://gpubox', { host: 'gpubox', path: null, program: null }],
    ['ssh://gpubox/lab?program=~/clone', { host: 'gpubox', path: '/lab', program: '~/clone' }],
  ])('%s', (address, expected) => {
    expect(homeElsewhere(address)).toEqual({ address, ...expected });
  });

  it.each(['/home/u/lab', 'lab', 'ssh:/gpubox/lab'])('is not %s', (home) => {
    expect(homeElsewhere(home)).toBeNull();
  });

  it.each([
    ['ssh://-oProxyCommand=sh/lab', 'names no host'],
    ['ssh:///lab', 'names no host'],
    ['ssh://-l@gpubox/lab', 'names no user'],
    ['ssh://me:secret@gpubox/lab', 'has a password'],
    ['ssh://gpubox/lab?port=2', 'says "port"'],
    ['ssh://gpu box/lab', 'is no address'],
  ])('is refused where it is %s', (address, problem) => {
    expect(() => homeElsewhere(address)).toThrow(problem);
  });
});

describe('the script that reaches it', () => {
  it('quotes all that comes from the address', () => {
    const home = homeElsewhere(`ssh://gpubox/~/${encodeURIComponent(`'; rm -rf x`)}`);
    if (home === null) throw new Error('It is one.');
    const script = dialScript(home, { lab: '~/root/lab', version: '1.0.0', mustExist: true });
    expect(script).toContain(`exec "$program" dial-stdio --existing --home "$HOME"/''\\''; rm -rf x'`);
    expect(script).toContain(`program="$HOME"/'root/lab'`);
  });
});

describe('the first line', () => {
  it('is told from what was printed before it, and from others', () => {
    const [before, line] = `Welcome> ${helloText({ error: 'Nobody.' })}`.split('\n');
    expect(helloIn(before)).toBeNull();
    expect(helloIn(line)).toEqual({ error: 'Nobody.' });
    expect(helloIn('freezeout-lab/1 {"nothing":"known"}')).toBeNull();
    expect(helloIn('freezeout-lab/1 {"version":"2.0.0","contract":9,"home":"/lab","more":1}')).toMatchObject({
      contract: 9,
    });
  });
});

it('waits twice as long each time, up to a minute, and not all at the same moment', () => {
  const backOff = new BackOff();
  expect([1, 1, 1, 1, 1, 1, 1, 1].map((chance) => backOff.next(chance))).toEqual(
    [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000),
  );
  expect(new BackOff().next(0)).toBe(750);
});
