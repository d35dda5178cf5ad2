import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import a11y from 'eslint-plugin-jsx-a11y-x';
import hooks from 'eslint-plugin-react-hooks';
import i18next from 'eslint-plugin-i18next';

const limits = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
  'max-params': ['error', 4],
};

const NO_BARRELS = {
  selector: 'ExportAllDeclaration',
  message: 'No barrels: import from the file that defines it.',
};
const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message: 'Only main.ts and config.ts read the environment.',
};
const CAN_PARSE = {
  object: 'URL',
  property: 'canParse',
  message: 'Wrong about Latin letters in Node 20: url.ts has parseUrl.',
};
const NO_WALL_CLOCK =
  'Processes must agree on the time: deps.clock, or $$NOW. A duration in one process is performance.now().';
const WALL_CLOCK = [
  { object: 'Date', property: 'now', message: NO_WALL_CLOCK },
  { object: 'performance', property: 'timeOrigin', message: NO_WALL_CLOCK },
];

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      '.data/**',
      '.cache/**',
      'coverage/**',
      'test-results/**',
      'playwright-report/**',
    ],
  },
  js.configs.recommended,
  {
    // the rules that need types are in .oxlintrc.json: in JavaScript, finding the types takes most of a lint's time
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommended],
    rules: {
      ...limits,
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, defaultFrom: true, namedFrom: true } },
      ],
      'no-restricted-syntax': ['error', NO_BARRELS],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['server/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', ENVIRONMENT, CAN_PARSE, ...WALL_CLOCK],
      'no-restricted-syntax': [
        'error',
        NO_BARRELS,
        {
          selector:
            'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
          message: NO_WALL_CLOCK,
        },
      ],
    },
  },
  {
    files: ['server/main.ts', 'server/cli.ts', 'server/config.ts'],
    rules: { 'no-restricted-properties': ['error', CAN_PARSE, ...WALL_CLOCK] },
  },
  {
    // it is where the database's clock comes from, and notices by the host's when that was set
    files: ['server/databaseClock.ts'],
    rules: { 'no-restricted-properties': ['error', ENVIRONMENT, CAN_PARSE] },
  },
  {
    files: ['client/**/*.tsx'],
    plugins: { 'react-hooks': hooks, 'jsx-a11y-x': a11y, i18next },
    rules: {
      ...a11y.configs.recommended.rules,
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'i18next/no-literal-string': ['error', { mode: 'jsx-text-only' }],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['test/**/*.ts', 'test/**/*.tsx'],
    rules: {
      'max-lines-per-function': 'off',
      'no-console': 'off',
    },
  },
  { files: ['*.config.ts', '*.config.mjs'], rules: { 'no-restricted-exports': 'off' } },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
        AbortController: 'readonly',
        performance: 'readonly',
      },
    },
    rules: { 'no-restricted-exports': 'off' },
  },
);
