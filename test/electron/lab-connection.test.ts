import { describe, expect, it } from 'vitest';
import type { LabClient } from '#contract/client.ts';
import type { LabHost, ReadOnly } from '#contract/host.ts';
import { AppError } from '#core/errors.ts';
import { LabConnection } from '../../src-main/electron/lab-connection.ts';

/** A host whose end is in the test's hands; `studies.list` fails once it has ended, as a broken connection does. */
class FakeHost implements LabHost {
  readonly owner: boolean;
  readonly readOnly: ReadOnly | null = null;
  readonly life = null;
  readonly damage = Promise.resolve(null);
  readonly name: string;
  readonly lost: Promise<void>;
  #lose: () => void = () => undefined;
  #isLost = false;

  constructor(name: string, owner: boolean) {
    this.name = name;
    this.owner = owner;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  get client(): LabClient {
    const list = async () => {
      if (this.#isLost) throw new Error('The socket is closed.');
      return [{ name: this.name }];
    };
    return { studies: { list } } as unknown as LabClient;
  }

  end(): void {
    this.#isLost = true;
    this.#lose();
  }

  async idle(): Promise<void> {}

  clients(): number {
    return 0;
  }

  closedFor: string | null = null;
  async close(reason = ''): Promise<void> {
    this.closedFor = reason;
  }
}

function connectionOver(hosts: FakeHost[]): LabConnection {
  return new LabConnection(async () => {
    const host = hosts.shift();
    if (host === undefined) throw new AppError('locked', 'Nobody answers.');
    return host;
  });
}

const list = (client: LabClient) => client.studies.list({});

describe('the way to a home', () => {
  it('follows its owners, and asks the successor what the end of the first cut off', async () => {
    const [terminal, own] = [new FakeHost('lab', false), new FakeHost('app', true)];
    const lab = connectionOver([terminal, own]);
    await lab.start();
    const seen: string[] = [];
    const states = lab.ownerships(undefined);
    for (let index = 0; index < 1; index++) seen.push((await states.next()).value as string);

    const first = lab.ask((client) => {
      terminal.end();
      return list(client);
    }, 'reads');
    expect(await first).toEqual([{ name: 'app' }]);
    for (let index = 0; index < 2; index++) seen.push((await states.next()).value as string);
    expect(seen).toEqual(['client', 'looking', 'owner']);
    await states.return(undefined);
  });

  it('does not repeat a change, which may have been made', async () => {
    const terminal = new FakeHost('lab', false);
    const lab = connectionOver([terminal, new FakeHost('app', true)]);
    await lab.start();
    const change = lab.ask((client) => {
      terminal.end();
      return list(client);
    }, 'changes');
    await expect(change).rejects.toThrow(/has ended: check whether the change was made/);
  });

  it('passes on what the owner answers with, sentences too', async () => {
    const lab = connectionOver([new FakeHost('lab', false)]);
    await lab.start();
    const refused = lab.ask(async () => {
      throw new AppError('conflict', 'A run trains.');
    }, 'reads');
    await expect(refused).rejects.toThrow('A run trains.');
  });

  it('lets go for good when it is closed', async () => {
    const own = new FakeHost('app', true);
    const lab = connectionOver([own]);
    await lab.start();
    await lab.close('Quit.');
    expect(lab.ownership).toBe('looking');
  });

  it('closes a home that it was opening when it was closed', async () => {
    const own = new FakeHost('app', true);
    let open: (host: FakeHost) => void = () => undefined;
    const lab = new LabConnection(
      () =>
        new Promise((resolve) => {
          open = resolve;
        }),
    );
    const starting = lab.start();
    const closing = lab.close('Quit.');
    open(own);
    await Promise.all([starting, closing]);
    expect(own.closedFor).toBe('Quit.');
    expect(lab.ownership).toBe('looking');
  });

  it('tells why the home cannot be had before the patience of an opening is over', async () => {
    const terminal = new FakeHost('lab', false);
    const lab = connectionOver([terminal]);
    await lab.start();
    terminal.end();
    await terminal.lost;
    await expect(lab.ask(list, 'reads')).rejects.toThrow('Nobody answers.');
    await lab.close('Quit.');
  });
});
