// @ts-check
/**
 * Loaded into a measured server before its own program (`--import`): answers, over IPC, what only the process itself
 * knows. It touches nothing of the program.
 *
 * Questions: `cpu` (user and system microseconds so far), `commands` (names of the MongoDB commands since the last such
 * question; they are told only where the connection string says `monitorCommands=true`), `heap` (bytes in use after a
 * collection), `startProfile`, `stopProfile`.
 */
import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import mongoose from 'mongoose';

const SAMPLE_MICROSECONDS = 200;

/** @type {string[] | null} */
let commands = null;
/** @type {Session | null} */
let session = null;

/** @returns {string[]} */
function takeCommands() {
  if (commands === null) {
    const heard = (commands = /** @type {string[]} */ ([]));
    mongoose.connection.getClient().on('commandStarted', ({ commandName }) => heard.push(commandName));
  }
  return commands.splice(0);
}

async function startProfile() {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
  await session.post('Profiler.start');
}

async function stopProfile() {
  const stopped = await session?.post('Profiler.stop');
  session?.disconnect();
  return stopped?.profile;
}

/** @returns {number} */
function readHeap() {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

/** @type {Readonly<Record<string, () => unknown>>} */
const ANSWERS = {
  cpu: () => process.cpuUsage(),
  commands: takeCommands,
  heap: readHeap,
  startProfile,
  stopProfile,
};

process.on('message', (/** @type {{id: number, ask: string}} */ { id, ask }) => {
  void Promise.resolve(ANSWERS[ask]?.()).then((answer) => process.send?.({ id, answer }));
});
// whoever measures is gone
process.once('disconnect', () => process.exit(0));
