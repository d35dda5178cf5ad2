import { createServer, request, type Server } from 'node:http';

/**
 * Stands before the tool and takes the cookies out of its answers: what is left is the tool in a browser that keeps none in a frame of
 * another site, as Safari, whatever browser the test runs in.
 */
export async function startCookieless(port: number, toolPort: number): Promise<Server> {
  const server = createServer((req, res) => {
    const options = { host: '127.0.0.1', port: toolPort, method: req.method, path: req.url };
    const onward = request({ ...options, headers: req.headers }, (answer) => {
      const { 'set-cookie': _, ...headers } = answer.headers;
      res.writeHead(answer.statusCode ?? 502, headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}
