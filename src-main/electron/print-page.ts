import type { BrowserWindow, PrintToPDFOptions, Session } from 'electron';
import electron from 'electron';
import { secureSession } from './security.ts';

/** The only address in the session, which serves the page and nothing else. */
const ADDRESS = 'app://lab/';

const FOOTER_STYLE = 'width: 100%; margin: 0 16mm; font: 7pt sans-serif; color: #606060; text-align: right;';

const OPTIONS: PrintToPDFOptions = {
  pageSize: 'A4',
  preferCSSPageSize: true,
  printBackground: true,
  generateTaggedPDF: true,
  generateDocumentOutline: true,
  displayHeaderFooter: true,
  headerTemplate: '<span></span>',
  footerTemplate: `<div style="${FOOTER_STYLE}"><span class="pageNumber"></span> / <span class="totalPages"></span></div>`,
};

let printed = 0;

/**
 * Prints an HTML page as a tagged PDF on A4, with an outline and page numbers. The page is laid out in a hidden window without
 * scripts, in a session that is not stored and cannot reach the network.
 */
export async function printPage(html: string): Promise<Uint8Array> {
  const own = electron.session.fromPartition(`print-${++printed}`, { cache: false });
  secureSession(own);
  servePage(own, html);
  const window = hiddenWindow(own);
  try {
    await window.loadURL(ADDRESS);
    return await window.webContents.printToPDF(OPTIONS);
  } finally {
    window.destroy();
    own.protocol.unhandle('app');
  }
}

function servePage({ protocol }: Session, html: string): void {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'x-content-type-options': 'nosniff' };
  protocol.handle('app', ({ url }) =>
    url === ADDRESS ? new Response(html, { headers }) : new Response(null, { status: 404 }),
  );
}

function hiddenWindow(session: Session): BrowserWindow {
  return new electron.BrowserWindow({
    show: false,
    webPreferences: {
      session,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
      webgl: false,
      webviewTag: false,
      spellcheck: false,
      devTools: false,
    },
  });
}
