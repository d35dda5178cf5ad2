import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDemoLms, type DemoLms, type DemoLmsOptions } from '../../../demo-lms/server.ts';
import type { Lms } from '../../../demo-lms/lms.ts';
import { readStateFile } from '../../../demo-lms/state/stateFile.ts';
import { freePort } from '../../../scripts/lib/ports.mjs';

let folder: string;
let running: DemoLms | null;
let options: DemoLmsOptions;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lms-state-'));
  running = null;
  options = { port: await freePort(), frameHostPort: await freePort(), stateFile: join(folder, 'lms.state') };
});

afterEach(async () => {
  await running?.close();
  await rm(folder, { recursive: true });
});

async function start(further: DemoLmsOptions = {}): Promise<Lms> {
  running = await startDemoLms({ ...options, ...further });
  return running.lms;
}

async function waitFor<T>(read: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = await read();
    if (found) return found;
    await sleep(50);
  }
  throw new Error('Nothing was saved.');
}

async function restart(further: DemoLmsOptions = {}): Promise<Lms> {
  await running?.close();
  return start(further);
}

function giveGrade(lms: Lms): { linkId: string; itemId: string; toolId: string } {
  const uri = 'http://localhost:3000/lti/launch';
  const tool = lms.registerTool({
    initiateLoginUri: uri,
    redirectUris: [uri],
    targetLinkUri: uri,
    jwksUri: uri,
  });
  const link = lms.embed({ courseId: '1', toolId: tool.id, lineItem: { scoreMaximum: 10 } });
  const itemId = lms.columnOf(link.id)?.id ?? '';
  lms.gradebook.override(itemId, 'teacher-1', 8);
  return { linkId: link.id, itemId, toolId: tool.id };
}

it('goes on after a restart with the tools, activities, people and grades that it had', async () => {
  const before = await start();
  const { linkId, itemId, toolId } = giveGrade(before);
  before.courses.suspend('1', 'teacher-2');
  before.settings.set({ mode: 'moodle' });
  const client = before.tools.get(toolId).clientId;

  const after = await restart();

  expect(after).not.toBe(before);
  expect(after.tools.get(toolId).clientId).toBe(client);
  expect(after.links.get(linkId).title).toBe('External tool');
  expect(after.gradebook.findGrade(itemId, 'teacher-1')?.score).toBe(8);
  expect(after.courses.enrolmentOf('1', 'teacher-2')?.suspended).toBe(true);
  expect(after.settings.get().mode).toBe('moodle');
  expect(after.people.list()).toHaveLength(before.people.size);
});

it('keeps its keys and the ids by which a tool knows people and courses', async () => {
  const before = await start({ mode: 'canvas' });
  const known = [before.subOf('teacher-1'), before.contextIdOf('1'), before.keys.publicSet()];

  const after = await restart();

  expect([after.subOf('teacher-1'), after.contextIdOf('1'), after.keys.publicSet()]).toEqual(known);
});

it('gives new records new numbers, and keeps what comes after a restart too', async () => {
  const first = giveGrade(await start());

  const second = giveGrade(await restart());
  const last = await restart();

  expect(second.linkId).not.toBe(first.linkId);
  expect(last.links.list().map(({ id }) => id)).toEqual([first.linkId, second.linkId]);
});

it('saves after each request, so that a run that is killed loses nothing', async () => {
  const { toolId } = giveGrade(await start());

  await fetch(`${running?.url ?? ''}/courses`);
  const addresses = { port: options.port ?? 0, frameHostPort: options.frameHostPort ?? 0, toolUrl: null };
  const kept = await waitFor(() => readStateFile(options.stateFile ?? '', addresses));

  expect(kept.records.tools.has(toolId)).toBe(true);
});

it('begins anew where the addresses are others, since the tool knows it by them', async () => {
  const { toolId } = giveGrade(await start());

  const after = await restart({ port: await freePort() });

  expect(after.tools.find(toolId)).toBeNull();
});

it('begins anew where the file cannot be read', async () => {
  await writeFile(options.stateFile ?? '', 'not a state');

  const lms = await start();

  expect(lms.people.size).toBeGreaterThan(5);
});
