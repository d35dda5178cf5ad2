import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import mongoose from 'mongoose';
import { PAGE_IDS } from '../../client/src/pages/registry.ts';
import { ENDPOINTS } from '../../contract/endpoints.ts';
import { createProgram } from '../../server/cli/program.ts';
import { MESSAGES_PAGE, withMessagesTable } from '../../scripts/lib/messagesTable.ts';
import { PAGES_PAGE, withPagesTable } from '../../scripts/lib/pagesTable.ts';
import { REFUSALS_PAGE, withRefusalTable } from '../../scripts/lib/refusalTable.ts';
import { MIGRATIONS } from '../../server/migrations/index.ts';
import { SETTINGS_PAGE, withSettingsTable } from '../../scripts/lib/settingsTable.ts';
import { MESSAGE_KINDS } from '../../contract/messages.ts';
import { SETTING_KEYS } from '../../server/features/institutions/settings.service.ts';
import { readToolConfigs } from '../../server/lti/toolConfig.ts';
// every model of the house, by what loads them
import '../../server/app.ts';
import '../../server/backgroundWork.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));

const README = read('README.md');
const DICTIONARY = read('docs/data-dictionary.md');
const DOCS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...['docs', 'lti-config', 'demo-lms', 'content'].flatMap((folder) => filesIn(folder, '.md')),
  'client/README.md',
];

/** All first groups of a pattern in a text, each once. */
const all = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? '')),
];

/** What a collection's section of the data dictionary says. */
function sectionOf(collection: string): string {
  const [, after = ''] = DICTIONARY.split(`\n### \`${collection}\`\n`);
  return after.split('\n### ')[0] ?? '';
}

/** What a data dictionary's section lacks of a model: fields and indexes. */
function missingOf(name: string): string[] {
  const { collection, schema } = mongoose.model(name);
  const fields = Object.keys(schema.paths).map((path) => path.split('.')[0] ?? path);
  const indexes = schema.indexes().map(([, options]) => String(options['name']));
  const told = sectionOf(collection.name);
  return [...new Set([...fields, ...indexes])]
    .filter((part) => !['_id', 'institutionId'].includes(part) && !told.includes(`\`${part}\``))
    .map((part) => `${collection.name}: ${part}`);
}

/** `platform add`, `migrate`, …: what can be typed. */
function verbsOf(command: Command): string[] {
  return command.commands.flatMap((verb) =>
    verb.commands.length > 0 ? verbsOf(verb).map((inner) => `${verb.name()} ${inner}`) : [verb.name()],
  );
}

describe('the pictures', () => {
  // `npm run docs` writes them, from the comments in client/src/pages/registry.ts
  test('show every page of the client but the one that only leads on, with what it is for', () => {
    const page = read(PAGES_PAGE);

    const upToDate = withPagesTable(page);

    const told = all(page, /pictures\/pages\/(\w+)\.png/g);
    expect(told).toEqual(PAGE_IDS.filter((id) => id !== 'home'));
    expect(page).toBe(upToDate);
  });
});

describe('configuration', () => {
  const [, schema = ''] = read('server/config.ts').split('const Environment = z.object({');
  const variables = all(schema.split('\n});')[0] ?? '', /^ {2}([A-Z][A-Z0-9_]+):/gm);

  test('every variable stands in .env.example and in the README', () => {
    const example = all(read('.env.example'), /^([A-Z][A-Z0-9_]+)=/gm);
    const table = all(README, /^\| `([A-Z][A-Z0-9_]+)`/gm);

    expect(variables.length).toBeGreaterThan(10);
    expect(example.toSorted()).toEqual(variables.toSorted());
    expect(table.toSorted()).toEqual(variables.toSorted());
  });
});

describe('the command line', () => {
  test('every verb, and no other, stands in the README', () => {
    const program = createProgram({
      deps: () => Promise.reject(new Error('no verb is run here')),
      print: () => undefined,
    });
    const [, table = ''] = README.split('### Command line');

    const told = all(table.split('\n## ')[0] ?? '', /^\| `([a-z][a-z -]*)`/gm);

    expect(told.toSorted()).toEqual(verbsOf(program).toSorted());
  });

  test('every npm script that a page names is there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = DOCS.flatMap((page) => all(read(page), /npm run ([a-z][a-z:]*)/g));

    const absent = named.filter((script) => !Object.hasOwn(scripts, script));

    expect(named.length).toBeGreaterThan(5);
    expect(absent).toEqual([]);
  });
});

describe('the data dictionary', () => {
  test('has a section for every collection, and no other', () => {
    const sources = filesIn('server', '.ts').map(read).join('\n');
    const made = all(sources, /collection: '([^']+)'/g);

    const told = all(DICTIONARY, /^### `([^`]+)`$/gm);

    expect(made.length).toBeGreaterThan(30);
    expect(told.toSorted()).toEqual(made.toSorted());
  });

  test('names every field and every index', () => {
    const missing = mongoose.modelNames().flatMap(missingOf);

    expect(mongoose.modelNames().length).toBeGreaterThan(30);
    expect(missing).toEqual([]);
  });
});

describe('the pages', () => {
  test('lead to files only', () => {
    const broken = DOCS.flatMap((page) =>
      all(read(page), /\]\(([^)\s]+)\)/g)
        .filter((link) => !/^(https?:|mailto:|#)/.test(link))
        .map((link) => join(dirname(page), link.split('#')[0] ?? ''))
        .filter((path) => !existsSync(join(ROOT, path)))
        .map((path) => `${page}: ${path}`),
    );

    expect(broken).toEqual([]);
  });

  test('name sources, and what is in them, that are there', () => {
    const named = DOCS.filter((page) => !/^(client|demo-lms)\//.test(page)).flatMap((page) =>
      all(
        read(page),
        /`((?:server|client|contract|test|scripts|demo-lms|content)\/[\w./-]*\w\.\w+(?:#\w+)?)`/g,
      ),
    );

    const absent = named.filter((name) => {
      const [path = '', part = ''] = name.split('#');
      return !existsSync(join(ROOT, path)) || !new RegExp(`\\b${part}\\b`).test(read(path));
    });

    expect(named.length).toBeGreaterThan(60);
    expect(absent).toEqual([]);
  });

  test('name every component and hook of the client that its features share', () => {
    const features = filesIn('client/src/features', '.tsx').concat(filesIn('client/src/features', '.ts'));
    const readme = read('client/README.md');

    const shared = features.flatMap((file) =>
      all(read(file), /^import \{([^}]+)\} from '[./]+\/(?:components|api)\/[^']+';$/gm).flatMap((names) =>
        names.split(',').map((name) => name.trim()),
      ),
    );

    const parts = [...new Set(shared)].filter((name) => /^(?:use)?[A-Z][a-z]/.test(name));
    expect(parts.length).toBeGreaterThan(40);
    expect(parts.filter((name) => !new RegExp(`\\b${name}\\b`).test(readme))).toEqual([]);
  });

  test('name every group of the API', () => {
    const architecture = read('docs/architecture.md');
    const groups = [...new Set(ENDPOINTS.map(({ group }) => group))];

    expect(groups.filter((group) => !architecture.includes(group))).toEqual([]);
  });

  test('tell operators what each migration does, how long it takes and what may run meanwhile', () => {
    const operations = read('docs/operations.md');
    const files = filesIn('server/migrations', '.ts').flatMap(
      (file) => /(\d{4}-[\w-]+)\.ts$/.exec(file)?.[1] ?? [],
    );

    const told = all(operations, /^\| `(\d{4}-[\w-]+)` *\| *\S[^|]* \| *\S[^|]* \| *\S[^|]* \|$/gm);

    expect(told).toEqual(MIGRATIONS.map(({ id }) => id));
    expect(files.sort()).toEqual(told);
  });

  // `npm run docs` writes it
  test('explain every reason for which a launch is refused, in the words that an admin reads', () => {
    const page = read(REFUSALS_PAGE);

    const upToDate = withRefusalTable(page);

    expect(all(page, /^\| `[A-Z_]+` \| `([A-Z_]+)`/gm).length).toBeGreaterThan(80);
    expect(page).toBe(upToDate);
  });

  // `npm run docs` writes it
  test('list every kind of message, with who gets it and how often it is mailed', () => {
    const page = read(MESSAGES_PAGE);

    const upToDate = withMessagesTable(page);

    const [, section = ''] = page.split('\n## Messages and mail\n');
    expect(all(section.split('\n## ')[0] ?? '', /^\| `(\w+)` \|/gm)).toEqual([...MESSAGE_KINDS]);
    expect(page).toBe(upToDate);
  });

  test('list every setting of an institution, with what it decides, its default and what it may be', () => {
    const page = read(SETTINGS_PAGE);

    const upToDate = withSettingsTable(page);

    const [, section = ''] = page.split('\n## Settings of an institution\n');
    expect(all(section.split('\n## ')[0] ?? '', /^\| `(\w+)` \|/gm)).toEqual([...SETTING_KEYS]);
    expect(page).toBe(upToDate);
  });
});

describe('what an LMS is given', () => {
  const url = 'https://waymark.example.org';
  const configs = readToolConfigs(join(ROOT, 'lti-config'), url);

  test.each([
    [
      'canvas',
      [
        'title',
        'target_link_uri',
        'oidc_initiation_url',
        'redirect_uris',
        'public_jwk_url',
        'scopes',
        'extensions',
        'custom_fields',
      ],
    ],
    [
      'moodle',
      [
        'tool_url',
        'public_keyset',
        'initiate_login_url',
        'redirection_uris',
        'content_selection_url',
        'custom_parameters',
        'services',
      ],
    ],
    [
      'schoology',
      [
        'launch_url',
        'oidc_login_initiation_url',
        'redirect_uris',
        'jwks_url',
        'deep_linking_url',
        'scopes',
        'platform',
      ],
    ],
  ] as const)(
    '%s: its fields are there, filled in, with exactly one redirect, and its steps too',
    (lms, fields) => {
      const config = configs[lms] as Record<string, unknown>;
      const redirects = config['redirect_uris'] ?? config['redirection_uris'];

      expect(Object.keys(config)).toEqual(expect.arrayContaining([...fields]));
      expect(redirects).toEqual([`${url}/lti/launch`]);
      expect(JSON.stringify(config)).not.toContain('{{');
      expect(statSync(join(ROOT, 'lti-config', `${lms}.md`)).size).toBeGreaterThan(500);
    },
  );
});
