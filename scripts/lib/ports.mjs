// @ts-check
import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that nobody uses at this moment.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  const port = await tryListen(0, '127.0.0.1');
  if (port === null) throw new Error('No port of 127.0.0.1 is free.');
  return port;
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
