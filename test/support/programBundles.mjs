// @ts-check
import { inRoot, ROOT } from '../../scripts/lib/paths.mjs';

/** What tests run as processes of their own, by the name of the bundle. */
const PROGRAMS = {
  cli: 'server/cli.ts',
  appProgram: 'test/support/appProgram.ts',
  faultyProgram: 'test/support/faultyProgram.ts',
  mailProgram: 'test/support/mailProgram.ts',
  worker: 'test/support/files/worker.ts',
};
/** Two levels below the root, where `server/shipped.ts` looks for folders. */
const FOLDER = inRoot('.cache', 'test-programs');

/**
 * Bundles `PROGRAMS`, and sets WAYMARK_TEST_PROGRAMS to where they are: `programs.ts` then runs the bundles. Node starts a bundle
 * with a fifth of the CPU time that it takes to read the sources one by one through tsx, and tests start more than a hundred.
 * Packages are part of the bundles: Node would look for each of their thousand files.
 *
 * @returns {Promise<void>}
 */
export async function bundlePrograms() {
  const { build } = await import('vite');
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    mode: 'test',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: FOLDER,
      emptyOutDir: true,
      minify: false,
      sourcemap: 'inline',
      target: 'node20',
      rollupOptions: {
        input: Object.fromEntries(Object.entries(PROGRAMS).map(([name, path]) => [name, inRoot(path)])),
        output: {
          format: 'es',
          entryFileNames: '[name].mjs',
          chunkFileNames: '[name]-[hash].mjs',
          // a stack trace needs only where the lines came from, and each process reads the map when it starts
          sourcemapExcludeSources: true,
        },
      },
    },
  });
  process.env['WAYMARK_TEST_PROGRAMS'] = FOLDER;
}
