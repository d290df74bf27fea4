import type { Session, WebContents } from 'electron';
import { app, session } from 'electron';
import { isPageUrl } from './page-protocol.ts';

/** Electron's list (tutorial/security), as far as it is not options of the window. Once, when the app is ready. */
export function secureApp(): void {
  secureSession(session.defaultSession);
  app.on('web-contents-created', (_event, contents) => secureContents(contents));
}

/** No permission is ever given, nothing is downloaded, and no request leaves the app. */
export function secureSession(own: Session): void {
  own.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  own.setPermissionCheckHandler(() => false);
  own.setDevicePermissionHandler(() => false);
  own.setSpellCheckerEnabled(false);
  own.on('will-download', (event) => event.preventDefault());
  own.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayBeRequested(url) }));
}

/** Developer tools load themselves; they can be opened in an app that is not packaged only. */
function mayBeRequested(url: string): boolean {
  if (isPageUrl(url) || url.startsWith('blob:') || url.startsWith('data:')) return true;
  return !app.isPackaged && url.startsWith('devtools:');
}

/** The page never goes anywhere else, and opens nothing. */
function secureContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => refuse(event));
  contents.on('will-frame-navigate', (event) => refuse(event));
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** A reload is a navigation to the page itself. */
function refuse(event: { readonly url: string; preventDefault(): void }): void {
  if (!isPageUrl(event.url) || new URL(event.url).pathname !== '/') event.preventDefault();
}
