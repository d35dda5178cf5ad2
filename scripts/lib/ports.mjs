// @ts-check
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems assign to outgoing connections and to programs that listen on any port (Linux: from 32768): a free
 * one stays free until the program that it is for listens on it.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;
const MOST_TRIES = 200;

/** Those that this process has handed out: nobody may be listening on them yet. @type {Set<number>} */
const given = new Set();

/**
 * A port of this machine that is currently unused, a different one for each call.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (let n = 0; n < MOST_TRIES; n += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port of this machine between ${LOWEST} and ${HIGHEST} is free.`);
}

/**
 * Whether a program could listen on a port, on IPv4 and, where the machine has it, IPv6.
 *
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export async function isFree(port) {
  for (const host of ['127.0.0.1', '0.0.0.0', '::']) {
    if ((await tryListen(port, host)) === null) return false;
  }
  return true;
}

/**
 * @param {number} port 0: any
 * @param {string} host
 * @returns {Promise<number | null>} the port, null when it is taken
 */
function tryListen(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      else if (error.code === 'EAFNOSUPPORT' || error.code === 'EADDRNOTAVAIL') resolve(port);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true, ipv6Only: host === '::' }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
