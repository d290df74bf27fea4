import type { AnyRouter } from '@orpc/server';
import type { IpcMainEvent, MessagePortMain, WebContents } from 'electron';
import { ipcMain } from 'electron';
import { answerOn } from './page-port.ts';
import { isPageUrl } from './page-protocol.ts';

const CONNECT = 'freezeout-lab:connect';
const DROPPED = 'freezeout-lab:dropped';
/** More files than anybody drops at once. */
const MOST_DROPPED = 10_000;

/** Answers the contract on the message port that the page of our window passes; nobody else gets an answer. */
export function serveToPage(router: AnyRouter, contents: () => WebContents | null): void {
  let open: MessagePortMain | null = null;
  ipcMain.on(CONNECT, (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (event.ports.length !== 1 || !isOurPage(event, contents())) return closeAll(event.ports);
    // A page that was loaded again brings a new port.
    open?.close();
    open = port;
    answerOn(port, router);
    port.start();
  });
}

/**
 * Hears from the preload of our page which files the user has dropped on it. The page itself has no part in this: it cannot send on
 * this channel, and the preload knows the paths of files from the system alone.
 */
export function receiveDrops(contents: () => WebContents | null, receive: (paths: readonly string[]) => void): void {
  ipcMain.on(DROPPED, (event, paths: unknown) => {
    if (isOurPage(event, contents()) && arePaths(paths)) receive(paths);
  });
}

function arePaths(paths: unknown): paths is readonly string[] {
  return Array.isArray(paths) && paths.length <= MOST_DROPPED && paths.every((path) => typeof path === 'string');
}

/** Whether the message comes from the main frame of our window, at our page's own address. */
function isOurPage({ sender, senderFrame }: IpcMainEvent, contents: WebContents | null): boolean {
  return sender === contents && senderFrame !== null && senderFrame === sender.mainFrame && isPageUrl(senderFrame.url);
}

function closeAll(ports: readonly MessagePortMain[]): void {
  for (const port of ports) port.close();
}
