import { expect, it } from 'vitest';
import { LineProcess } from '../../src-main/gpu-check/line-process.ts';

function started(script: string, mostSeconds?: number): LineProcess {
  const command = [process.execPath, '-e', script] as const;
  const limit = mostSeconds === undefined ? {} : { mostSeconds };
  return new LineProcess({ name: 'The program', command: [...command], environment: process.env, ...limit });
}

it('asks a program that answers', async () => {
  const program = started("process.stdin.on('data', () => console.log('{\"steps\": 2}'))");
  expect(await program.ask({})).toEqual({ steps: 2 });
  await program.close();
});

it.each([
  ['ends', 'process.exit(3)', undefined, 'The program ended before it answered: it said nothing.'],
  ['hangs', 'setInterval(() => 0, 1000)', 0.5, 'The program ended before it answered: no answer came in 0.5 s.'],
  [
    'prints without end',
    "const more = () => process.stdout.write('x'.repeat(2 ** 16), more); more()",
    undefined,
    'The program ended before it answered: it prints without end.',
  ],
  [
    'says something else',
    "console.log('hello'); setInterval(() => 0, 1000)",
    undefined,
    'The program gave an answer that is none: see which program it is.',
  ],
])('tells of a program that %s', async (_, script, mostSeconds, message) => {
  const program = started(script, mostSeconds);
  await expect(program.ask({})).rejects.toMatchObject({ code: 'unavailable', message });
  await program.ended;
});
