import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRouter } from '../../src-main/services/router.ts';
import { connectToOwner } from '../../src-main/socket/client.ts';
import { serveContract } from '../../src-main/socket/server.ts';
import { openLab, SPEC, STUDY } from '../support/lab-fixture.ts';
import type { Script } from '../support/scripted-trainers.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

async function served(script: () => Script = () => finishing(0.1, 10)) {
  const lab = await openLab(scriptedTrainers(script));
  const server = await serveContract(lab.home, createRouter(lab.services));
  onTestFinished(() => server.close());
  const connection = await connectToOwner(lab.home);
  if (connection === null) throw new Error('Nobody listens.');
  onTestFinished(() => connection.close());
  return { ...lab, server, ...connection };
}

describe('the socket of a home', () => {
  it('is for its user alone', async () => {
    const { home } = await served();
    expect(statSync(join(home, 'lab.sock')).mode & 0o777).toBe(0o600);
  });

  it('is refused in a sentence where the system does not bind it', async () => {
    const { home, services } = await openLab(scriptedTrainers(() => finishing(0.1, 10)));
    const listen = vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
      process.nextTick(() => this.emit('error', new Error('listen EACCES')));
      return this;
    });
    const refusal = serveContract(home, createRouter(services));
    await expect(refusal).rejects.toThrow(/^No other program can reach .* cannot be made \(listen EACCES\): choose/);
    listen.mockRestore();
  });

  it('answers as the services do in process', async () => {
    const { client, services } = await served();
    const { studyId } = await client.studies.start({ spec: STUDY });
    await services.queue.idle();
    expect(await client.studies.show({ study: studyId })).toEqual(await services.studies.show('small'));
    expect(await client.studies.compare({ study: 'small' })).toEqual(await services.studies.compare('small'));
  });

  it('sends the bytes of the final weights, and says where there are none', async () => {
    const { client, home, services } = await served();
    const { runId } = await client.runs.start({ spec: SPEC });
    const read = async () => {
      const pieces: Uint8Array[] = [];
      for await (const piece of await client.runs.weights({ run: runId })) pieces.push(piece);
      return Buffer.concat(pieces);
    };
    await services.queue.idle();
    await expect(read()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('no final weights'),
    });
    const bytes = randomBytes(3_000_001);
    await mkdir(join(home, 'runs', runId), { recursive: true });
    await writeFile(join(home, 'runs', runId, 'weights.safetensors'), bytes);
    expect((await read()).equals(bytes)).toBe(true);
  });

  it('checks a run without queueing it', async () => {
    const { client } = await served();
    expect(await client.runs.check({ spec: SPEC })).toBeNull();
    const missing = client.runs.check({ spec: { ...SPEC, dataset: 'nowhere' } });
    await expect(missing).rejects.toMatchObject({ code: 'not-found' });
    expect(await client.runs.list({})).toEqual([]);
  });

  it('streams events, infinities and NaN included', async () => {
    const ms = { wait: 0, step: 1, other: 0 };
    const sample = (step: number, loss: number) => ({
      type: 'step.sampled' as const,
      step,
      loss,
      learningRates: [null, 0.1],
      ms,
    });
    const events = [sample(0, Number.POSITIVE_INFINITY), sample(1, Number.NaN), ...finishing(0.1, 10).events];
    const { client } = await served(() => ({ events, end: null }));
    const stream = await client.events.follow({});
    await client.studies.start({ spec: { ...STUDY, arms: [], seeds: [1] } });
    const losses: number[] = [];
    for await (const event of stream) {
      if (event.type === 'step.sampled') losses.push(event.loss);
      if (event.type === 'run.finished') break;
    }
    expect(losses).toEqual([Number.POSITIVE_INFINITY, Number.NaN]);
  });

  it('says in a sentence why a stream ends where the owner does', async () => {
    const { client, server, home } = await served();
    const stream = await client.events.follow({});
    const next = expect(stream.next()).rejects.toThrow(`The program that owned ${home} ended before it answered`);
    await server.close();
    await next;
  });

  it('brings the sentence and the code of an error', async () => {
    const { client } = await served();
    await expect(client.runs.show({ run: 'nobody' })).rejects.toMatchObject({ name: 'AppError', code: 'not-found' });
  });

  it('refuses a request that breaks the contract in one sentence', async () => {
    const { client } = await served();
    const broken = { run: '' };
    await expect(client.runs.show(broken)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('tells a client when the owner has gone', async () => {
    const { server, lost, home } = await served();
    await server.close();
    await lost;
    expect(await connectToOwner(home)).toBeNull();
  });

  it('tells that the owner has gone before it refuses the calls that this ends, also while the connection closes', async () => {
    const { client, close, lost } = await served();
    const told: string[] = [];
    const refused = async (call: Promise<unknown>) => {
      await expect(call).rejects.toThrow('ended before it answered');
      told.push('refused');
    };
    const before = refused(client.runs.list({}));
    close();
    const meanwhile = refused(client.runs.list({}));
    await Promise.all([before, meanwhile, lost.then(() => told.push('lost'))]);
    expect(told[0]).toBe('lost');
  });

  it('takes back a call that is given up as the connection closes, and refuses later calls in one sentence', async () => {
    const { client, close, lost } = await served();
    const given = new AbortController();
    const stream = await client.events.follow({}, { signal: given.signal });
    const next = stream[Symbol.asyncIterator]().next();
    given.abort();
    close();
    await expect(next).rejects.toThrow();
    await lost;
    await expect(client.runs.list({})).rejects.toThrow(/ended before it answered: try again\.$/);
  });

  it('gives the answers on which it works before it closes, longer than it waits for a client', async () => {
    const { client, services, server } = await served();
    const begun = new Promise<void>((resolve) => {
      vi.spyOn(services.runs, 'list').mockImplementation(async () => {
        resolve();
        await sleep(1500);
        return [];
      });
    });
    const answer = client.runs.list({});
    await begun;
    await server.close();
    expect(await answer).toEqual([]);
  });

  it('works where the path of the home is longer than a socket may be', async () => {
    const home = join(temporaryFolder(), 'x'.repeat(120));
    await mkdir(home);
    const { services } = await openLab(scriptedTrainers(() => finishing(0.1, 10)));
    const server = await serveContract(home, createRouter(services));
    onTestFinished(() => server.close());
    const connection = await connectToOwner(home);
    expect(await connection?.client.runs.list({})).toEqual([]);
    connection?.close();
  });

  it('takes the place of a socket that a killed owner left', async () => {
    const { home, services, server, close } = await served();
    close();
    await server.close();
    await (await import('node:fs/promises')).writeFile(join(home, 'lab.sock'), '');
    const again = await serveContract(home, createRouter(services));
    onTestFinished(() => again.close());
    const connection = await connectToOwner(home);
    expect(connection).not.toBeNull();
    connection?.close();
  });
});
