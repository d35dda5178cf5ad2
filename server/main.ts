import { join } from 'node:path';
import { ConfigError, readConfig, type Config } from './config.ts';
import { readShell } from './http/clientFiles.ts';
import { serve } from './serve.ts';
import { getShippedFolder } from './shipped.ts';
import { createLog } from './wire.ts';

function readConfigOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

const config = readConfigOrExit();
const clientDirectory = join(getShippedFolder('dist'), 'client');
const shell = readShell(clientDirectory);
await serve(config, createLog(config), { clientDirectory, shell: () => shell });
