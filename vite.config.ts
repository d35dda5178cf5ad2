import { fileURLToPath } from 'node:url';
import { parse } from '@formatjs/icu-messageformat-parser';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { themeCss } from './client/src/theme/css.ts';

/**
 * Serves `virtual:theme.css`: the theme's variables as a plain style sheet instead of Mantine's style element.
 *
 * Content Security Policy for the pages under /app, tried in Chromium with every component of the gallery:
 *   default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self';
 *   img-src 'self'; media-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'
 * server/lti/pages/appShell.ts sends it, and the browser tests fail where it refuses anything. No 'unsafe-inline' is
 * needed, nor a nonce: React sets styles through the CSSOM, which a CSP doesn't restrict; tiptap has to be told not to
 * inject its style element (`injectCSS: false`); the session arrives in a script element of type application/json, a
 * data block that is never run. `form-action` needs the LMS' deep-linking return address on /pick.
 * `npm run dev` is the exception: Vite's own client needs inline scripts and styles.
 */
function themePlugin(): Plugin {
  const id = 'virtual:theme.css';
  const resolved = `\0${id}`;
  return {
    name: 'waymark-theme',
    resolveId: (source) => (source === id ? resolved : undefined),
    load: (source) => (source === resolved ? themeCss() : undefined),
  };
}

/** For generated code. */
const NO_MAP = { mappings: '' } as const;

/** Files of words: trees whose leaves are ICU messages. */
const WORDS = /\/(client\/src\/i18n|contract\/lint\/words)\/([^/]+\/)?[^/]+\.json$/;

/**
 * Parses the words as they are built, and leaves the parser out of the client: a tenth of what the first page would load.
 * `IsolatingIcu` takes either form; Jest's tests, which do without Vite, parse at run time.
 */
function messagesPlugin(): Plugin {
  const compile = (words: unknown): unknown =>
    typeof words === 'string'
      ? parse(words, { ignoreTag: true })
      : Object.fromEntries(Object.entries(words as object).map(([key, value]) => [key, compile(value)]));
  return {
    name: 'waymark-messages',
    enforce: 'pre',
    config: () => ({
      resolve: {
        alias: [
          {
            find: /^@formatjs\/icu-messageformat-parser$/,
            replacement: '@formatjs/icu-messageformat-parser/no-parser.js',
          },
        ],
      },
    }),
    transform: (code, id) =>
      WORDS.test(id) ? { code: JSON.stringify(compile(JSON.parse(code))), map: NO_MAP } : undefined,
  };
}

/** The part of zod (4.6) that turns schemas into JSON Schemas; every schema names it, so it is not left out by itself. */
const JSON_SCHEMAS = /\/zod\/v4\/core\/(json-schema-processors|to-json-schema)\.js$/;

/** Leaves that part out: only the server describes its API, and it is 5 kB of the first page. */
function jsonSchemasPlugin(): Plugin {
  return {
    name: 'waymark-json-schemas',
    transform(code, id) {
      if (!JSON_SCHEMAS.test(id)) return undefined;
      const names = [...code.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
      const refuse = "() => { throw new Error('The client makes no JSON Schemas.'); }";
      const exported = names.map((name) => `refuse as ${name}`).join(', ');
      return { code: `const refuse = ${refuse};\nexport { ${exported} };`, map: NO_MAP };
    },
  };
}

/** The build of react-router (7.18) that warns a developer of nothing; its `exports` only name the other one. */
const ROUTER = fileURLToPath(import.meta.resolve('react-router')).replace('/development/', '/production/');

/** Takes it where the client is built, not under `npm run dev`. */
function routerPlugin(): Plugin {
  return {
    name: 'waymark-router',
    apply: 'build',
    config: () => ({ resolve: { alias: [{ find: /^react-router$/, replacement: ROUTER }] } }),
  };
}

/**
 * What so many pages and late parts share is one chunk: in dozens of small ones it gzips worse and takes a request each. With fewer,
 * a first page loads what it does not use; with more, pages with an editor grow. `npm run bench -- page` has the sizes.
 */
const SHARED_BY = 12;

const server = process.env['WAYMARK_SERVER'] ?? 'http://localhost:3000';

export default defineConfig({
  root: 'client',
  base: '/',
  plugins: [react(), themePlugin(), messagesPlugin(), jsonSchemasPlugin(), routerPlugin()],
  build: {
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: SHARED_BY }] } },
    },
    outDir: '../dist/client',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    sourcemap: true,
    // Fonts and pictures stay files: the CSP allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(
      ['/api', '/lti', '/files', '/badges', '/achievements'].map((path) => [path, { target: server }]),
    ),
  },
});
