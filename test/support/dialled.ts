import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Hello, helloIn } from '#core/elsewhere/hello.ts';

const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));

/** The real `lab dial-stdio` on this home. */
export function dialStdio(home: string, ...options: string[]) {
  const child = spawn(process.execPath, [LAB, 'dial-stdio', '--home', home, ...options], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  let bytes = '';
  const hello = new Promise<Hello>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const line = text
        .split('\n')
        .slice(0, -1)
        .find((one) => helloIn(one) !== null);
      if (line === undefined) return;
      bytes = text.slice(text.indexOf(line) + line.length + 1);
      resolve(helloIn(line) as Hello);
    });
    child.once('close', () => reject(new Error(`It ended with ${JSON.stringify(text)}.`)));
  });
  return { child, hello, bytes: () => bytes, code: once(child, 'exit').then(([code]) => code as number | null) };
}
