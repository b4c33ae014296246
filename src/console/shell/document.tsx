import type { ComponentChildren } from 'preact';
import { ASSET_URLS } from './assets.js';
import { Masthead } from './masthead.js';
import { type View, ViewContext } from './view.js';

export interface PageFrame {
  /** Of the window, and the page's only first heading. */
  readonly title: string;
  /** A line below it. */
  readonly lead?: ComponentChildren;
}

interface DocumentProps {
  readonly view: View;
  readonly frame: PageFrame;
  readonly children?: ComponentChildren;
}

/** htmx adds no styles of its own, which the content policy forbids, and leaves the addresses alone. */
const HTMX_CONFIG = JSON.stringify({ includeIndicatorCSS: false, history: false });

/** The whole of a page: head, navigation, and its content. */
export function Document({ view, frame: { title, lead }, children }: DocumentProps) {
  return (
    <ViewContext.Provider value={view}>
      <html lang={view.language}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="robots" content="noindex" />
          <meta name="htmx-config" content={HTMX_CONFIG} />
          <title>{`${title} · Pay Practice`}</title>
          <link rel="icon" type="image/svg+xml" href={ASSET_URLS.icon} />
          <link rel="stylesheet" href={ASSET_URLS.styles} />
          <script src={ASSET_URLS.htmx} defer />
        </head>
        <body class={view.role === null ? 'outside' : undefined}>
          <a class="skip" href="#main">
            {view.t('skipToContent')}
          </a>
          <Masthead />
          <main id="main" tabIndex={-1}>
            <header class="title">
              <h1>{title}</h1>
              {lead !== undefined && <p>{lead}</p>}
            </header>
            {children}
          </main>
        </body>
      </html>
    </ViewContext.Provider>
  );
}
