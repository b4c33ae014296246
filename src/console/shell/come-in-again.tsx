import { ASSET_URLS } from './assets.js';
import type { View } from './view.js';

/** Leads a browser on that another site has led here: from a page of ours it brings its cookie along. */
export function ComeInAgain({ view: { language, t }, path }: { readonly view: View; readonly path: string }) {
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content={`0; url=${path}`} />
        <title>Pay Practice</title>
        <link rel="stylesheet" href={ASSET_URLS.styles} />
      </head>
      <body class="outside">
        <main>
          <p>
            <a href={path}>{t('goOn')}</a>
          </p>
        </main>
      </body>
    </html>
  );
}
