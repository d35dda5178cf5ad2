// @ts-check

/**
 * Where a command reports its progress.
 *
 * @typedef {object} Progress
 * @property {(text: string) => void} say writes one line
 * @property {(text: string) => void} write writes text as it is, such as a child's output
 */

/**
 * @param {NodeJS.WritableStream} stream standard error if the command's result goes to standard output
 * @returns {Progress}
 */
export function createProgress(stream) {
  return {
    say: (text) => void stream.write(`${text}\n`),
    write: (text) => void stream.write(text),
  };
}

/**
 * Whole seconds from ten upwards, otherwise one decimal: `8.4 s`, `73 s`.
 *
 * @param {number} milliseconds
 * @returns {string}
 */
export function seconds(milliseconds) {
  const value = milliseconds / 1000;
  return `${value.toFixed(value < 10 ? 1 : 0)} s`;
}

/**
 * A failure whose message is written for the person at the terminal: what was tried, and what to do.
 * It is shown without a stack.
 */
export class SetupError extends Error {}
