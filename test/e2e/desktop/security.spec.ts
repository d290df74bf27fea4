import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, type OpenedApp, openTestApp, test } from './app-fixture.ts';

// Items 1 to 20 of Electron's list (tutorial/security), each by its own test, on one running app. 19, the fuses: packaged.spec.ts.

let lab: OpenedApp & { readonly close: () => Promise<void> };
/** A site of the outside world that any page may read: what reaches it has left the app. */
let outside: Server;
let address: string;
let visits: string[];

test.beforeAll(async () => {
  visits = [];
  outside = createServer((request, response) => {
    visits.push(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*');
    response.end('<h1>outside</h1>');
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
  lab = await openTestApp();
  await lab.app.evaluate(({ session }) => {
    const seen: string[] = [];
    (globalThis as { seenRequests?: string[] }).seenRequests = seen;
    session.defaultSession.webRequest.onCompleted(({ url }) => seen.push(url));
  });
  await expect(lab.page.getByRole('heading', { level: 1 })).toBeVisible();
});

test.afterAll(async () => {
  await lab.close();
  outside.close();
});

/** Runs a script in the page as the page's own: the policy applies to what it makes. */
const inPage = <Result>(script: string): Promise<Result> =>
  lab.page.evaluate(`(${script})(${JSON.stringify(address)})`);

const preferences = () =>
  lab.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const contents = window?.webContents as Electron.WebContents & {
      getLastWebPreferences(): Electron.WebPreferences;
    };
    return contents.getLastWebPreferences();
  });

const windowCount = () => lab.app.evaluate(({ webContents }) => webContents.getAllWebContents().length);

test('1: everything that was requested is the app itself', async () => {
  await lab.page.reload();
  await expect(lab.page.getByRole('heading', { level: 1 })).toBeVisible();
  const requests = await lab.app.evaluate(() => (globalThis as { seenRequests?: string[] }).seenRequests ?? []);
  expect(requests.length).toBeGreaterThan(0);
  expect(requests.filter((url) => !url.startsWith('app://lab/'))).toEqual([]);
});

test('2: no Node in the page', async () => {
  const kinds = await inPage<boolean[]>(`() =>
    ['require', 'process', 'module', 'Buffer', 'global'].map((name) => name in globalThis)`);
  expect(kinds).toEqual([false, false, false, false, false]);
  const { nodeIntegration, nodeIntegrationInWorker = false } = await preferences();
  expect([nodeIntegration, nodeIntegrationInWorker]).toEqual([false, false]);
});

test('3: the preload has a world of its own', async () => {
  expect(await preferences()).toMatchObject({ contextIsolation: true });
  const hears = await inPage<boolean>(`async () => {
    const { push } = Array.prototype;
    Array.prototype.push = () => {
      throw new Error('the page changed this');
    };
    const { port1, port2 } = new MessageChannel();
    window.postMessage('freezeout-lab:connect', '*', [port2]);
    port1.start();
    const answer = new Promise((resolve) => {
      port1.addEventListener('message', () => resolve(true));
    });
    port1.postMessage('{"i":"1","p":{"u":"/settings/read","b":{"json":{}}}}');
    const result = await answer;
    Array.prototype.push = push;
    return result;
  }`);
  expect(hears).toBe(true);
  await lab.page.reload();
});

test('4: every process is sandboxed; only a launcher in a container says otherwise', async () => {
  expect(await preferences()).toMatchObject({ sandbox: true });
  const main = readFileSync(new URL('../../../src-main/main.ts', import.meta.url), 'utf8');
  expect(main.indexOf('app.enableSandbox()')).toBeGreaterThan(0);
  expect(main.indexOf('app.enableSandbox()')).toBeLessThan(main.indexOf('app.whenReady()'));
  const preload = readFileSync(new URL('../../../src-main/preload.ts', import.meta.url), 'utf8');
  expect(preload.split('\n').length).toBeLessThanOrEqual(31);
});

test('5: no permission is given, asked for or checked', async () => {
  const states = await inPage<string[]>(`async () => {
    const names = [
      'geolocation',
      'notifications',
      'camera',
      'microphone',
      'clipboard-read',
      'midi',
      'persistent-storage',
    ];
    const states = [];
    for (const name of names) states.push((await navigator.permissions.query({ name })).state);
    states.push(await Notification.requestPermission());
    const position = new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        () => resolve('denied'),
      ),
    );
    const media = navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'granted',
      () => 'denied',
    );
    return [...states, await position, await media];
  }`);
  expect(new Set(states)).toEqual(new Set(['denied']));
  const devices = await inPage(`async () => {
    const { hid, serial, usb } = navigator;
    const found = [await hid?.getDevices(), await serial?.getPorts(), await usb?.getDevices()];
    return found.flatMap((some) => some ?? []);
  }`);
  expect(devices).toEqual([]);
});

test('6: nothing is read from another origin, whatever it allows', async () => {
  const before = visits.length;
  const read = await inPage(`async (url) => {
    try {
      return await (await fetch(url)).text();
    } catch {
      return null;
    }
  }`);
  expect(read).toBeNull();
  expect(visits).toHaveLength(before);
  expect(await preferences()).toMatchObject({ webSecurity: true });
});

test('7: the policy that applies lets no foreign script run', async () => {
  const violations = await inPage<{ readonly seen: string[]; readonly wasRun: boolean }>(`async (url) => {
    // Tools may run code that the policy forbids, until they wait for the first time.
    await new Promise((resolve) => setTimeout(resolve));
    const seen = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => seen.push(effectiveDirective));
    const attempts = [
      () => document.head.append(Object.assign(document.createElement('script'), { src: \`\${url}/x.js\` })),
      () => {
        const script = document.createElement('script');
        script.append('globalThis.wasRun = true');
        document.head.append(script);
      },
      () => document.body.setAttribute('onclick', 'globalThis.wasRun = true'),
      () => new Function('globalThis.wasRun = true')(),
      () => setTimeout('globalThis.wasRun = true'),
      () => {
        document.body.insertAdjacentHTML('beforeend', '<p>not by us</p>');
      },
      () => {
        const link = document.createElement('a');
        link.href = 'javascript:globalThis.wasRun = true';
        document.body.append(link);
        link.click();
        link.remove();
      },
      () => document.head.append(Object.assign(document.createElement('style'), { textContent: 'p { color: red }' })),
      () => trustedTypes.createPolicy('mine', {}),
    ];
    for (const attempt of attempts) {
      try {
        attempt();
      } catch {
        // Refused at once.
      }
    }
    document.body.click();
    // Each kind of attempt is told of; the time limit of the test ends a wait for one that is not.
    while (new Set(seen).size < 4) await new Promise((resolve) => setTimeout(resolve, 20));
    return { seen, wasRun: 'wasRun' in globalThis };
  }`);
  expect(violations.wasRun).toBe(false);
  expect(new Set(violations.seen)).toEqual(
    new Set(['script-src-elem', 'require-trusted-types-for', 'style-src-elem', 'trusted-types']),
  );
  const policy = await lab.app.evaluate(async ({ net }) => {
    const response = await net.fetch('app://lab/');
    return response.headers.get('content-security-policy') ?? '';
  });
  expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self';/);
  expect(policy).not.toMatch(/unsafe/);
  await lab.page.reload();
});

test('8, 9, 10: nothing insecure or experimental is switched on', async () => {
  const found = await preferences();
  expect(found.allowRunningInsecureContent ?? false).toBe(false);
  expect(found.experimentalFeatures ?? false).toBe(false);
  expect(found.enableBlinkFeatures ?? '').toBe('');
  expect(lab.app.process().spawnargs.join(' ')).not.toMatch(/enable-blink-features|enable-experimental/);
});

test('11, 12: no webview', async () => {
  expect(await preferences()).toMatchObject({ webviewTag: false });
  const before = await windowCount();
  // An element like any unknown one: it has nothing that could load a page.
  const kind = await inPage(`async (url) => {
    const view = document.createElement('webview');
    view.setAttribute('src', url);
    document.body.append(view);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    return [view.constructor.name, view.shadowRoot, 'reload' in view];
  }`);
  expect(kind).toEqual(['HTMLElement', null, false]);
  expect(await windowCount()).toBe(before);
});

/** What says that a navigation was refused: the page's console, its policy, or the main process that was asked. */
async function countRefusals(): Promise<() => Promise<number>> {
  let told = 0;
  lab.page.on('console', () => {
    told += 1;
  });
  await inPage(`() => {
    globalThis.violations = 0;
    document.addEventListener('securitypolicyviolation', () => (globalThis.violations += 1));
  }`);
  await lab.app.evaluate(({ BrowserWindow }) => {
    const asked = globalThis as { asked?: number };
    asked.asked = 0;
    for (const window of BrowserWindow.getAllWindows())
      window.webContents.on('will-frame-navigate', () => {
        asked.asked = (asked.asked ?? 0) + 1;
      });
  });
  return async () => {
    const asked = await lab.app.evaluate(() => (globalThis as { asked?: number }).asked ?? 0);
    return told + asked + (await inPage<number>('() => globalThis.violations'));
  };
}

test('13: the page goes nowhere else', async () => {
  const before = visits.length;
  const refusals = await countRefusals();
  const ways = [
    '(url) => { location.href = url; }',
    '() => { location.href = "file:///etc/passwd"; }',
    '() => { location.href = "data:text/html,<h1>other</h1>"; }',
    '() => { location.href = URL.createObjectURL(new Blob(["<h1>other</h1>"], { type: "text/html" })); }',
    '() => { location.href = "app://other/"; }',
    '() => { location.href = "app://lab/assets/"; }',
    `(url) => {
      const form = Object.assign(document.createElement('form'), { action: url, method: 'post' });
      document.body.append(form);
      form.submit();
    }`,
    `(url) => {
      document.head.append(Object.assign(document.createElement('meta'), { httpEquiv: 'refresh', content: '0;url=' + url }));
    }`,
    `(url) => {
      document.body.append(Object.assign(document.createElement('iframe'), { src: url }));
    }`,
  ];
  for (const way of ways) {
    const told = await refusals();
    await inPage(way).catch(() => undefined);
    await expect.poll(refusals, way).toBeGreaterThan(told);
    expect(lab.page.url()).toMatch(/^app:\/\/lab\/(#.*)?$/);
  }
  expect(visits).toHaveLength(before);
  expect(await inPage('() => document.querySelector("h1") !== null')).toBe(true);
});

test('14: it opens no window', async () => {
  const before = await windowCount();
  const opened = await inPage(`(url) => {
    const results = [window.open(url), window.open('about:blank'), window.open('app://lab/', 'named')];
    const link = Object.assign(document.createElement('a'), { href: url, target: '_blank' });
    document.body.append(link);
    link.click();
    link.dispatchEvent(new MouseEvent('auxclick', { button: 1, bubbles: true }));
    link.remove();
    return results.filter((result) => result !== null).length;
  }`);
  // A click that wants a window has asked for it, and been refused, before it returns.
  expect(opened).toBe(0);
  expect(await windowCount()).toBe(before);
});

test("15: only two addresses ever reach the system's browser", async () => {
  await lab.app.evaluate(({ shell }) => {
    const opened: string[] = [];
    (globalThis as { openedLinks?: string[] }).openedLinks = opened;
    shell.openExternal = async (url) => {
      opened.push(url);
    };
  });
  const requests = [
    'paper',
    'original-code',
    'file:///etc/passwd',
    'smb://host/share',
    'javascript:1',
    'HTTPS://arxiv.org@evil.example',
  ];
  for (const link of requests) await send('/desktop/openLink', { link });
  const opened = await lab.app.evaluate(() => (globalThis as { openedLinks?: string[] }).openedLinks);
  expect(opened).toEqual(['https://arxiv.org/abs/1706.04983', 'https://github.com/ajbrock/FreezeOut']);
});

/** The newest three majors of Electron, as they were when this was last looked at (2026-11). */
const SUPPORTED = [43, 44, 45];

test('16: the Electron that users get is a supported one', () => {
  const description = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(SUPPORTED).toContain(Number(description.devDependencies.electron.split('.')[0]));
});

test('17: nobody but the page of the window is answered', async () => {
  const answers = await lab.app.evaluate(async ({ BrowserWindow }) => {
    const [own] = BrowserWindow.getAllWindows();
    const contents = own?.webContents as Electron.WebContents & { getLastWebPreferences(): { preload: string } };
    const { preload } = contents.getLastWebPreferences();
    const ask = `new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      window.postMessage('freezeout-lab:connect', '*', [port2]);
      port1.onmessage = () => resolve('answered');
      setTimeout(() => resolve('silent'), 1000);
      port1.postMessage('{"i":"1","p":{"u":"/settings/read","b":{"json":{}}}}');
    })`;
    const results: unknown[] = [];
    for (const url of ['app://lab/', 'data:text/html,<h1>other</h1>']) {
      const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      await other.loadURL(url);
      results.push(await other.webContents.executeJavaScript(ask));
      other.destroy();
    }
    results.push(await contents.executeJavaScript(ask));
    return results;
  });
  expect(answers).toEqual(['silent', 'silent', 'answered']);
  await lab.page.reload();
});

test('18: the page comes from a protocol of its own, that serves nothing but the page', async () => {
  expect(lab.page.url()).toMatch(/^app:\/\/lab\//);
  const statuses = await lab.app.evaluate(async ({ net }) => {
    const ups = [
      '../',
      '..%2f',
      '..%2F',
      '%2e%2e/',
      '%2e%2e%2f',
      '%2E%2E%2F',
      '.%2e/',
      '%2e./',
      '..\\',
      '..%5c',
      '%2e%2e%5c',
    ];
    ups.push(
      '..%252f',
      '%252e%252e%252f',
      '..%c0%af',
      '%c0%ae%c0%ae/',
      '..%ef%bc%8f',
      '\uff0e\uff0e/',
      '....//',
      '..;/',
      '..%00/',
      '..%09/',
    );
    const targets = ['package.json', 'main.js', '../../../../../../etc/passwd'];
    const paths = [
      ...ups.flatMap((up) => targets.map((target) => `${up}${target}`)),
      ...['index.html%00.js', '/etc/passwd', 'C:/Windows/win.ini', 'assets/../../package.json', 'assets', 'INDEX.HTML'],
      ...[
        'assets/%2e%2e/%2e%2e/package.json',
        'index.html/',
        'index.html/../../package.json',
        '%2findex.html',
        'file:///etc/passwd',
      ],
      ...[
        'assets/',
        'index.html%20',
        'index.html.',
        'assets%2f..%2findex.html',
        '~/.ssh/id_rsa',
        '%7e/',
        'proc/self/environ',
      ],
    ];
    const answers: [string, number][] = [];
    for (const path of paths) answers.push([path, (await net.fetch(`app://lab/${path}`)).status]);
    answers.push(['another host', (await net.fetch('app://other/index.html')).status]);
    answers.push(['POST', (await net.fetch('app://lab/', { method: 'POST' })).status]);
    answers.push(['index.html', (await net.fetch('app://lab/index.html')).status]);
    return answers;
  });
  expect(statuses.length).toBeGreaterThan(80);
  expect(statuses.filter(([, status]) => status !== 404)).toEqual([['index.html', 200]]);
  const file = await inPage(`() => fetch('file:///etc/passwd').then(String, () => 'refused')`);
  expect(file).toBe('refused');
});

test('20: nothing of Electron is exposed', async () => {
  const exposed = await inPage<string[]>(`() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const fresh = new Set(Object.getOwnPropertyNames(frame.contentWindow ?? {}));
    frame.remove();
    return Object.getOwnPropertyNames(window).filter((name) => !fresh.has(name) && Number.isNaN(Number(name)));
  }`);
  expect(exposed.filter((name) => /electron|ipc|api|lab|node/i.test(name))).toEqual([]);
});

/** Asks as the page does, on a port of its own. */
function send(path: string, input: object): Promise<void> {
  return inPage(`() => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    window.postMessage('freezeout-lab:connect', '*', [port2]);
    port1.onmessage = () => resolve();
    port1.postMessage(${JSON.stringify(JSON.stringify({ i: '1', p: { u: path, b: { json: input } } }))});
  })`);
}
