// @ts-check
// Run by mongodDownload.mjs: `memoryServerPath.mjs cached|download` prints `path: …` or `reason: …`.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const lib = 'mongodb-memory-server-core/lib/util';

/** @param {string} mode @returns {Promise<string | undefined>} */
async function find(mode) {
  if (mode === 'cached') {
    const { DryMongoBinary } = require(`${lib}/DryMongoBinary.js`);
    return DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions());
  }
  const { MongoBinary } = require(`${lib}/MongoBinary.js`);
  return MongoBinary.getPath();
}

try {
  const path = await find(process.argv[2] ?? 'cached');
  console.log(path === undefined ? 'reason: none in its cache' : `path: ${path}`);
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  console.log(
    `reason: ${text
      .trim()
      .split(/\s*\n\s*/)
      .join(' ')}`,
  );
}
process.exit();
