import { setTimeout as sleep } from 'node:timers/promises';
import type { Lms } from './lms.ts';
import { connectTool } from './registration/connect.ts';
import { startDemoLms } from './server.ts';
import { MODES, type Mode } from './state/types.ts';

const {
  PORT = '3100',
  FRAME_PORT,
  TOOL_URL = 'http://localhost:3000',
  MODE,
  REGISTRATION_URL,
  STATE_FILE,
} = process.env;

const port = Number(PORT);
const demo = await startDemoLms({
  port,
  frameHostPort: Number(FRAME_PORT ?? (port === 0 ? 0 : port + 1)),
  toolUrl: TOOL_URL,
  ...(MODE === undefined ? {} : { mode: readMode(MODE) }),
  ...(STATE_FILE ? { stateFile: STATE_FILE } : {}),
});
process.stdout.write(`Demo LMS: ${demo.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void demo.close().then(() => process.exit(0)));
}

if (REGISTRATION_URL) {
  await waitFor(TOOL_URL);
  await connect(demo.lms, REGISTRATION_URL);
}

function readMode(text: string): Mode {
  return MODES.find((name) => name === text) ?? 'plain';
}

async function connect(lms: Lms, url: string): Promise<void> {
  try {
    const tool = await connectTool(lms, url);
    process.stdout.write(`Demo LMS: ${tool.name} is connected\n`);
  } catch (error) {
    process.stderr.write(`Demo LMS: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** Waits until something answers there, at most a minute. */
async function waitFor(url: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(500)) {
    const answered = await fetch(url, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
}
