import { html, trusted, type SafeHtml } from './html.ts';

const PAGE_STYLE =
  trusted(`body{font:16px/1.5 Arial,"Liberation Sans",sans-serif;color:#1d2730;background:#fff;margin:0;padding:24px}
button{font:inherit;padding:10px 18px;border:1px solid #1b4f9c;border-radius:4px;background:#1b4f9c;color:#fff}
h1{font-size:22px;margin:0 0 12px}p{max-width:60ch}`);

/** A bare page without the LMS' frame around it, for what shows inside an iframe. */
export function barePage(title: string, body: SafeHtml): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>${title} · Demo LMS</title>
        <style>
          ${PAGE_STYLE}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.text;
}

const SUBMIT = "document.getElementById('handover').submit();";
/** A form that is sent while its page still loads takes that page's place in the history; one that is sent later comes after it. */
const SCRIPTS = {
  whileLoading: trusted(SUBMIT),
  afterLoad: trusted(`addEventListener('load', () => setTimeout(() => { ${SUBMIT} }));`),
} as const;

/** A page that posts `fields` to `action` by itself, with a button for browsers without scripts. */
export function autoPostPage(
  title: string,
  action: string,
  fields: Record<string, string>,
  when: keyof typeof SCRIPTS = 'whileLoading',
): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  return barePage(
    title,
    html`<form id="handover" method="post" action="${action}">
        ${inputs}
        <noscript><p>Scripts are switched off in this browser.</p></noscript>
        <button type="submit">Continue</button>
      </form>
      <script>
        ${SCRIPTS[when]};
      </script>`,
  );
}
