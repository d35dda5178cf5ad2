// @ts-check

/**
 * Ends the MongoDB that the setup started.
 *
 * @returns {Promise<void>}
 */
export default async function stopTestMongo() {
  const global = /** @type {{waymarkTestMongo?: import('../../scripts/lib/mongod.mjs').Mongo}} */ (
    globalThis
  );
  const mongo = global.waymarkTestMongo;
  delete global.waymarkTestMongo;
  await mongo?.stop();
}
