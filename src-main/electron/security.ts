import type { Session, WebContents } from 'electron';
import { app, session } from 'electron';
import { isPageUrl } from './page-protocol.ts';

/**
 * Applies Electron's security checklist (tutorial/security), apart from the window's options. Called once, when the app
 * is ready.
 */
export function secureApp(): void {
  secureSession(session.defaultSession);
  app.on('web-contents-created', (_event, contents) => secureContents(contents));
}

/** Grants no permissions, downloads nothing, and lets no request leave the app. */
export function secureSession(own: Session): void {
  own.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  own.setPermissionCheckHandler(() => false);
  own.setDevicePermissionHandler(() => false);
  own.setSpellCheckerEnabled(false);
  own.on('will-download', (event) => event.preventDefault());
  own.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayBeRequested(url) }));
}

/** Developer tools load their own pages; they can only be opened in an app that is not packaged. */
function mayBeRequested(url: string): boolean {
  if (isPageUrl(url) || url.startsWith('blob:') || url.startsWith('data:')) return true;
  return !app.isPackaged && url.startsWith('devtools:');
}

/** Keeps the page from navigating anywhere else and from opening anything. */
function secureContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => refuse(event));
  contents.on('will-frame-navigate', (event) => refuse(event));
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Refuses a navigation, but not a reload, which navigates to the page itself. */
function refuse(event: { readonly url: string; preventDefault(): void }): void {
  if (!isPageUrl(event.url) || new URL(event.url).pathname !== '/') event.preventDefault();
}
