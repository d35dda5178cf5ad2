// @ts-check

/**
 * @typedef {import('istanbul-lib-coverage').FileCoverageData} FileCoverage
 */

/**
 * What was run, by source file: `s3` is its fourth statement, `f0` its first function, `b2.1` the second way of its third branch.
 *
 * @typedef {Map<string, Set<string>>} Hits
 */

/**
 * The source files that are new, or of which something was run for the first time.
 *
 * @param {Readonly<Record<string, FileCoverage>>} coverage by source file
 * @param {Hits} hits of earlier calls; those of `coverage` are added
 * @returns {Record<string, FileCoverage>}
 */
export function selectFresh(coverage, hits) {
  return Object.fromEntries(Object.entries(coverage).filter(([path, file]) => addHits(path, file, hits)));
}

/**
 * @param {string} path
 * @param {FileCoverage} file
 * @param {Hits} hits
 * @returns {boolean} whether any of it is new
 */
function addHits(path, { s, f, b }, hits) {
  const known = hits.get(path);
  const own = known ?? new Set();
  const before = own.size;
  hits.set(path, own);
  for (const [id, count] of Object.entries(s)) if (count > 0) own.add(`s${id}`);
  for (const [id, count] of Object.entries(f)) if (count > 0) own.add(`f${id}`);
  for (const [id, ways] of Object.entries(b))
    for (const [way, count] of ways.entries()) if (count > 0) own.add(`b${id}.${way}`);
  return known === undefined || own.size > before;
}
