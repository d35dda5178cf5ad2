import { startDemoLms } from './server.ts';
import { MODES, type Mode } from './state/types.ts';

const { PORT = '3100', FRAME_PORT, TOOL_URL = 'http://localhost:3000', MODE = 'plain' } = process.env;

const port = Number(PORT);
const mode = MODES.find((name): name is Mode => name === MODE) ?? 'plain';
const demo = await startDemoLms({
  port,
  frameHostPort: Number(FRAME_PORT ?? port + 1),
  toolUrl: TOOL_URL,
  mode,
});
process.stdout.write(`Demo LMS: ${demo.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void demo.close().then(() => process.exit(0)));
}
