import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { ipcMain } from 'electron';
import { wireNumbers } from '#contract/wire.ts';
import { PAGE_ORIGIN } from './page-protocol.ts';

const CONNECT = 'freezeout-lab:connect';

/** Answers the contract on every message port that our page hands over. */
export function serveToPages(router: AnyRouter): void {
  const handler = new RPCHandler(router, { customJsonSerializers: wireNumbers });
  ipcMain.on(CONNECT, (event) => {
    const [port] = event.ports;
    if (port === undefined || event.senderFrame?.origin !== PAGE_ORIGIN) return;
    handler.upgrade(port);
    port.start();
  });
}
